package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnsafeByteOperations;
import io.foldserve.tensor.Tensor;

/** Tensors as ONNX's {@code TensorProto}. */
final class TensorMessage {
    private TensorMessage() {}

    /** The message shares the tensor's bytes, which is safe because they never change. */
    static TensorProto of(String name, Tensor tensor) {
        TensorProto.Builder message = TensorProto.newBuilder()
                .setName(name)
                .setDataType(ElementTypes.number(tensor.dtype()))
                .setRawData(UnsafeByteOperations.unsafeWrap(tensor.bytes()));
        tensor.shape().extents().forEach(message::addDims);
        return message.build();
    }
}
