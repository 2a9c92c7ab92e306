package io.foldserve.checkpoint.tensorflow;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.DType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the index says of one tensor (TensorFlow, {@code core/protobuf/tensor_bundle.proto}, {@code BundleEntryProto}).
 *
 * @param type its element type, TensorFlow's number
 * @param shape its extents
 * @param shard the number of the file that holds it
 * @param offset where it starts in there
 * @param size its length in bytes
 * @param crc the masked checksum of its bytes
 * @param slices how many parts it is cut into; 0 if it is whole
 */
record BundleEntry(int type, List<Long> shape, int shard, long offset, long size, int crc, int slices) {
    private static final int STRING = 7;
    private static final Map<Integer, DType> DTYPES = Map.ofEntries(
            Map.entry(1, DType.FLOAT32),
            Map.entry(2, DType.FLOAT64),
            Map.entry(3, DType.INT32),
            Map.entry(4, DType.UINT8),
            Map.entry(5, DType.INT16),
            Map.entry(6, DType.INT8),
            Map.entry(9, DType.INT64),
            Map.entry(10, DType.BOOL),
            Map.entry(14, DType.BFLOAT16),
            Map.entry(17, DType.UINT16),
            Map.entry(19, DType.FLOAT16),
            Map.entry(22, DType.UINT32),
            Map.entry(23, DType.UINT64));

    /**
     * The entry in {@code message}.
     *
     * @throws InvalidInputException if it is malformed
     */
    static BundleEntry read(ByteBuffer message) {
        long[] numbers = new long[8];
        List<Long> shape = new ArrayList<>();
        Message.walk("entry", message, field -> {
            if (field.id() == 2) {
                readShape(field.bytes(), shape);
            } else if (field.id() == 7) {
                numbers[7]++;
            } else if (field.id() < 7) {
                numbers[field.id()] = field.number();
            }
        });
        return new BundleEntry(
                (int) numbers[1], shape, (int) numbers[3], numbers[4], numbers[5], (int) numbers[6], (int) numbers[7]);
    }

    private static void readShape(ByteBuffer message, List<Long> shape) {
        Message.walk("shape", message, dimension -> {
            if (dimension.id() == 2) {
                long[] extent = {0};
                Message.walk("dimension", dimension.bytes(), field -> {
                    if (field.id() == 1) {
                        extent[0] = field.number();
                    }
                });
                shape.add(extent[0]);
            } else if (dimension.number() != 0) {
                throw new InvalidInputException("shape", "has an unknown number of axes");
            }
        });
    }

    /** True if it holds texts. */
    boolean isText() {
        return type == STRING;
    }

    /** The element type, if it is one that is read. */
    Optional<DType> dtype() {
        return Optional.ofNullable(DTYPES.get(type));
    }
}
