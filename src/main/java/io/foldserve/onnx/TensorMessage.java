package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import com.google.protobuf.UnsafeByteOperations;
import io.foldserve.tensor.Tensor;

/** Tensors as ONNX's {@code TensorProto}. */
final class TensorMessage {
    private TensorMessage() {}

    /** The message shares the tensor's bytes, which is safe because they never change. */
    static TensorProto of(String name, Tensor tensor) {
        return declared(name, tensor)
                .setRawData(UnsafeByteOperations.unsafeWrap(tensor.bytes()))
                .build();
    }

    /** A tensor whose bytes are handed over beside the message, by its name; the location is never looked at. */
    static TensorProto without(String name, Tensor tensor) {
        return declared(name, tensor)
                .setDataLocation(DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue("memory"))
                .build();
    }

    private static TensorProto.Builder declared(String name, Tensor tensor) {
        TensorProto.Builder message =
                TensorProto.newBuilder().setName(name).setDataType(ElementTypes.number(tensor.dtype()));
        tensor.shape().extents().forEach(message::addDims);
        return message;
    }
}
