package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnsafeByteOperations;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;

/** Tensors as ONNX's {@code TensorProto}. */
final class TensorMessage {
    private TensorMessage() {}

    /** The message shares the tensor's bytes, which is safe because they never change. */
    static TensorProto of(String name, Tensor tensor) {
        TensorProto.Builder message = TensorProto.newBuilder()
                .setName(name)
                .setDataType(elementType(tensor.dtype()))
                .setRawData(UnsafeByteOperations.unsafeWrap(tensor.bytes()));
        tensor.shape().extents().forEach(message::addDims);
        return message.build();
    }

    /** ONNX's number for {@code dtype}. */
    static int elementType(DType dtype) {
        TensorProto.DataType type =
                switch (dtype) {
                    case BOOL -> TensorProto.DataType.BOOL;
                    case UINT8 -> TensorProto.DataType.UINT8;
                    case INT8 -> TensorProto.DataType.INT8;
                    case UINT16 -> TensorProto.DataType.UINT16;
                    case INT16 -> TensorProto.DataType.INT16;
                    case UINT32 -> TensorProto.DataType.UINT32;
                    case INT32 -> TensorProto.DataType.INT32;
                    case UINT64 -> TensorProto.DataType.UINT64;
                    case INT64 -> TensorProto.DataType.INT64;
                    case FLOAT16 -> TensorProto.DataType.FLOAT16;
                    case BFLOAT16 -> TensorProto.DataType.BFLOAT16;
                    case FLOAT32 -> TensorProto.DataType.FLOAT;
                    case FLOAT64 -> TensorProto.DataType.DOUBLE;
                };
        return type.getNumber();
    }
}
