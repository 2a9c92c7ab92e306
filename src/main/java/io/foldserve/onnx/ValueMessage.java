package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.foldserve.graph.Value;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Graph inputs and outputs as ONNX's {@code ValueInfoProto}. */
final class ValueMessage {
    private ValueMessage() {}

    static ValueInfoProto of(Value value) {
        ValueInfoProto.Builder message = ValueInfoProto.newBuilder().setName(value.name());
        value.dtype().ifPresent(dtype -> {
            TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(ElementTypes.number(dtype));
            value.dimensions().ifPresent(dimensions -> tensor.setShape(shape(dimensions)));
            message.setType(TypeProto.newBuilder().setTensorType(tensor));
        });
        return message.build();
    }

    /** The declaration that {@code value} came with, if it still says the same; else a new one. */
    static ByteString of(Value value, Optional<ByteBuffer> declared) {
        return declared.map(UnsafeByteOperations::unsafeWrap)
                .filter(encoded -> ValueReader.read(Parsed.message(value.name(), ValueInfoProto.parser(), encoded))
                        .equals(value))
                .orElseGet(() -> of(value).toByteString());
    }

    private static TensorShapeProto shape(List<Value.Dimension> dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        dimensions.forEach(dimension -> shape.addDim(dimension(dimension)));
        return shape.build();
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
