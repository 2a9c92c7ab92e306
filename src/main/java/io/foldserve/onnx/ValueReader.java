package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import java.util.List;
import java.util.Optional;

/** Reads ONNX's {@code ValueInfoProto}. */
final class ValueReader {
    private ValueReader() {}

    /** The value that {@code message} declares, with what is known of its type. */
    static Value read(ValueInfoProto message) {
        TypeProto.Tensor tensor = message.getType().getTensorType();
        Optional<DType> dtype =
                message.getType().hasTensorType() ? ElementTypes.find(tensor.getElemType()) : Optional.empty();
        Optional<List<Value.Dimension>> dimensions = tensor.hasShape()
                ? Optional.of(tensor.getShape().getDimList().stream()
                        .map(ValueReader::dimension)
                        .toList())
                : Optional.empty();
        return new Value(message.getName(), dtype, dimensions.filter(known -> dtype.isPresent()));
    }

    // Some exporters write -1 for "unknown", and runtimes take it so.
    private static Value.Dimension dimension(TensorShapeProto.Dimension message) {
        boolean fixed =
                message.hasDimValue() && message.getDimValue() >= 0 && message.getDimValue() <= Integer.MAX_VALUE;
        return fixed
                ? Value.Dimension.fixed((int) message.getDimValue())
                : Value.Dimension.named(message.getDimParam());
    }
}
