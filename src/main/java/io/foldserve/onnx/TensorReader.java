package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Reads ONNX's {@code TensorProto} in all its encodings: raw bytes, typed fields, and bytes in another file. */
final class TensorReader {
    private final ExternalFiles files;

    TensorReader(ExternalFiles files) {
        this.files = files;
    }

    /**
     * The tensor in {@code message}; its bytes are shared where they are stored as such. Empty if no {@link Tensor}
     * holds its element type.
     *
     * @throws InvalidInputException if its dimensions, type and data contradict each other
     */
    Optional<Tensor> read(TensorProto message) {
        Optional<DType> dtype = ElementTypes.find(message.getDataType());
        if (dtype.isEmpty() || message.hasSegment()) {
            return Optional.empty();
        }
        Shape shape = shape(message);
        return Optional.of(Tensor.ofBytes(dtype.get(), shape, bytes(message, dtype.get(), shape)));
    }

    /**
     * {@code message}, which no {@link Tensor} holds, with the data inside that it keeps in another file.
     *
     * @throws InvalidInputException if the other file cannot be read
     */
    TensorProto whole(TensorProto message) {
        long length = number(message, "length")
                .orElseThrow(() -> new InvalidInputException(
                        title(message),
                        "keeps data of type %d in another file without saying how much"
                                .formatted(message.getDataType())));
        return message.toBuilder()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(UnsafeByteOperations.unsafeWrap(external(message, length)))
                .build();
    }

    private static String title(TensorProto message) {
        return "tensor " + message.getName();
    }

    private static Shape shape(TensorProto message) {
        List<Long> dims = message.getDimsList();
        try {
            return new Shape(dims.stream().map(Math::toIntExact).toList());
        } catch (IllegalArgumentException | ArithmeticException impossible) {
            throw new InvalidInputException(
                    title(message),
                    "dimensions %s are negative or of more than 2^31-1 elements"
                            .formatted(dims.size() > 16 ? dims.size() + " in number" : dims));
        }
    }

    private ByteBuffer bytes(TensorProto message, DType dtype, Shape shape) {
        long expected = (long) shape.size() * dtype.bytes();
        if (message.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            long length = number(message, "length").orElse(expected);
            expect(message, shape, length == expected, expected + " bytes of external data", length);
            return external(message, expected);
        }
        if (!message.getRawData().isEmpty()) {
            ByteString raw = message.getRawData();
            expect(message, shape, raw.size() == expected, expected + " bytes of raw data", raw.size());
            return raw.asReadOnlyByteBuffer();
        }
        return typed(message, dtype, shape);
    }

    private ByteBuffer external(TensorProto message, long length) {
        String location = text(message, "location").orElse("");
        long offset = number(message, "offset").orElse(0L);
        try {
            return files.read(location, offset, length);
        } catch (InvalidInputException refused) {
            throw new InvalidInputException(
                    title(message), refused.subject() + ": " + String.join("; ", refused.problems()));
        }
    }

    private static Optional<String> text(TensorProto message, String key) {
        return message.getExternalDataList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .map(StringStringEntryProto::getValue)
                .findFirst();
    }

    private static Optional<Long> number(TensorProto message, String key) {
        Optional<String> text = text(message, key);
        try {
            Optional<Long> number = text.map(Long::parseLong);
            if (number.orElse(0L) < 0) {
                throw new NumberFormatException("negative");
            }
            return number;
        } catch (NumberFormatException malformed) {
            throw new InvalidInputException(
                    title(message), "external data has %s %s, expected a number".formatted(key, text.orElse("")));
        }
    }

    private static void expect(TensorProto message, Shape shape, boolean holds, String expected, long found) {
        if (!holds) {
            throw new InvalidInputException(
                    title(message), "of shape %s expected %s, found %d".formatted(shape, expected, found));
        }
    }

    private static ByteBuffer typed(TensorProto message, DType dtype, Shape shape) {
        int count =
                switch (dtype) {
                    case FLOAT32 -> message.getFloatDataCount();
                    case FLOAT64 -> message.getDoubleDataCount();
                    case INT64 -> message.getInt64DataCount();
                    case UINT32, UINT64 -> message.getUint64DataCount();
                    case BOOL, UINT8, INT8, UINT16, INT16, INT32, FLOAT16, BFLOAT16 -> message.getInt32DataCount();
                };
        expect(message, shape, count == shape.size(), shape.size() + " elements of " + dtype, count);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(count, dtype.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        IntConsumer copy =
                switch (dtype) {
                    case FLOAT32 -> i -> bytes.putFloat(message.getFloatData(i));
                    case FLOAT64 -> i -> bytes.putDouble(message.getDoubleData(i));
                    case INT64 -> i -> bytes.putLong(message.getInt64Data(i));
                    case UINT64 -> i -> bytes.putLong(message.getUint64Data(i));
                    case UINT32 -> i -> bytes.putInt((int) message.getUint64Data(i));
                    case INT32 -> i -> bytes.putInt(message.getInt32Data(i));
                    case UINT16, INT16, FLOAT16, BFLOAT16 -> i -> bytes.putShort((short) message.getInt32Data(i));
                    case BOOL, UINT8, INT8 -> i -> bytes.put((byte) message.getInt32Data(i));
                };
        for (int i = 0; i < count; i++) {
            copy.accept(i);
        }
        return bytes.flip();
    }
}
