package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.foldserve.graph.Value;

/** Graph inputs and outputs as ONNX's {@code ValueInfoProto}. */
final class ValueMessage {
    private ValueMessage() {}

    static ValueInfoProto of(Value value) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        value.dimensions().forEach(dimension -> shape.addDim(dimension(dimension)));
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorMessage.elementType(value.dtype()))
                .setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(value.name())
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    private static TensorShapeProto.Dimension dimension(Value.Dimension dimension) {
        TensorShapeProto.Dimension.Builder message = TensorShapeProto.Dimension.newBuilder();
        if (dimension.isFixed()) {
            message.setDimValue(dimension.extent());
        } else if (!dimension.symbol().isEmpty()) {
            message.setDimParam(dimension.symbol());
        }
        return message.build();
    }
}
