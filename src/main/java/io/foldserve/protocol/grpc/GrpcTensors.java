package io.foldserve.protocol.grpc;

import com.google.protobuf.ByteString;
import io.foldserve.protocol.Datatype;
import io.foldserve.protocol.InferCall;
import io.foldserve.protocol.InputTensor;
import io.foldserve.protocol.RequestedOutput;
import io.foldserve.protocol.TensorData;
import io.foldserve.protocol.proto.InferParameter;
import io.foldserve.protocol.proto.InferTensorContents;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.foldserve.protocol.proto.ModelInferRequest.InferInputTensor;
import io.foldserve.task.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the messages of an inference request, strictly. */
final class GrpcTensors {
    private static final String VARIANT = "variant";
    private static final String UNIT = "unit";
    private static final String CLASSIFICATION = "classification";

    private GrpcTensors() {}

    /**
     * What {@code request} asks for.
     *
     * @throws InvalidRequestException if its tensors are not what it says, or it has a parameter that is not known
     */
    static InferCall call(ModelInferRequest request) {
        expectOnly(Set.of(VARIANT, UNIT), "the request", request.getParametersMap());
        return new InferCall(
                request.getId().isEmpty() ? Optional.empty() : Optional.of(request.getId()),
                text(VARIANT, request.getParametersMap()),
                text(UNIT, request.getParametersMap()),
                inputs(request),
                request.getOutputsList().stream()
                        .map(output -> new RequestedOutput(output.getName(), true, classes(output.getParametersMap())))
                        .toList(),
                true);
    }

    private static Optional<String> text(String name, Map<String, InferParameter> parameters) {
        InferParameter value = parameters.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.hasStringParam()) {
            throw new InvalidRequestException("the parameter %s must be a string".formatted(name));
        }
        return Optional.of(value.getStringParam());
    }

    private static OptionalInt classes(Map<String, InferParameter> parameters) {
        expectOnly(Set.of(CLASSIFICATION), "an output", parameters);
        InferParameter classes = parameters.get(CLASSIFICATION);
        if (classes == null) {
            return OptionalInt.empty();
        }
        if (!classes.hasInt64Param() || classes.getInt64Param() != (int) classes.getInt64Param()) {
            throw new InvalidRequestException("the parameter classification must be an int64 of at most 31 bits");
        }
        return OptionalInt.of((int) classes.getInt64Param());
    }

    private static void expectOnly(Set<String> known, String what, Map<String, InferParameter> parameters) {
        for (String name : new TreeMap<>(parameters).keySet()) {
            if (!known.contains(name)) {
                throw new InvalidRequestException(
                        "%s has a parameter '%s', expected only %s".formatted(what, name, new TreeSet<>(known)));
            }
        }
    }

    private static List<InputTensor> inputs(ModelInferRequest request) {
        boolean raw = request.getRawInputContentsCount() > 0;
        if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
            throw new InvalidRequestException("there are %d raw_input_contents for %d inputs"
                    .formatted(request.getRawInputContentsCount(), request.getInputsCount()));
        }
        List<InputTensor> inputs = new ArrayList<>();
        for (int i = 0; i < request.getInputsCount(); i++) {
            InferInputTensor input = request.getInputs(i);
            if (raw && input.hasContents()) {
                throw new InvalidRequestException(
                        "input '%s' has contents beside raw_input_contents, expected one of them"
                                .formatted(input.getName()));
            }
            if (input.getParametersCount() > 0) {
                throw new InvalidRequestException(
                        "input '%s' has parameters, expected none".formatted(input.getName()));
            }
            Datatype datatype = Datatype.of(input.getDatatype());
            TensorData data = raw
                    ? raw(input.getName(), datatype, request.getRawInputContents(i))
                    : typed(input.getName(), datatype, input.getContents());
            inputs.add(new InputTensor(input.getName(), datatype, input.getShapeList(), data));
        }
        return inputs;
    }

    private static TensorData raw(String input, Datatype datatype, ByteString contents) {
        ByteBuffer bytes = contents.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return datatype == Datatype.BYTES ? TensorData.Elements.split(input, bytes) : new TensorData.Fixed(bytes);
    }

    private static TensorData typed(String input, Datatype datatype, InferTensorContents contents) {
        expectOneKind(input, datatype, contents);
        return switch (datatype) {
            case BYTES ->
                new TensorData.Elements(contents.getBytesContentsList().stream()
                        .map(ByteString::toByteArray)
                        .toList());
            case FP32 -> {
                ByteBuffer bytes = ByteBuffer.allocate(contents.getFp32ContentsCount() * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
                contents.getFp32ContentsList().forEach(bytes::putFloat);
                yield new TensorData.Fixed(bytes.flip().order(ByteOrder.LITTLE_ENDIAN));
            }
            case UINT8 -> new TensorData.Fixed(bytes(input, contents.getUintContentsList()));
            case BOOL, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP64 ->
                throw new InvalidRequestException(
                        "input '%s' is %s, expected BYTES, UINT8 or FP32".formatted(input, datatype));
        };
    }

    private static void expectOneKind(String input, Datatype datatype, InferTensorContents contents) {
        String suitable =
                switch (datatype) {
                    case BYTES -> "bytes_contents";
                    case FP32 -> "fp32_contents";
                    default -> "uint_contents";
                };
        contents.getAllFields().keySet().forEach(field -> {
            if (!field.getName().equals(suitable)) {
                throw new InvalidRequestException("input '%s' is %s and has %s, expected %s alone"
                        .formatted(input, datatype, field.getName(), suitable));
            }
        });
    }

    private static ByteBuffer bytes(String input, List<Integer> values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size());
        for (int value : values) {
            if (value < 0 || value > 255) {
                throw new InvalidRequestException("input '%s' has a value %s, expected 0 to 255"
                        .formatted(input, Integer.toUnsignedString(value)));
            }
            bytes.put((byte) value);
        }
        return bytes.flip();
    }
}
