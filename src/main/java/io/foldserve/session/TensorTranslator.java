package io.foldserve.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.onnxruntime.OnnxJavaType;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Between our tensors and DJL's arrays. A direct buffer goes in as it is, a heap buffer is copied once; results are
 * copied once, into the heap. The arrays belong to the context, which DJL closes at the end of the run.
 */
final class TensorTranslator implements Translator<Map<String, Tensor>, Map<String, Tensor>> {

    /** DJL's name for {@code dtype}; empty if its ONNX Runtime engine has no arrays of that type. */
    static Optional<DataType> dataType(DType dtype) {
        return switch (dtype) {
            case BOOL -> Optional.of(DataType.BOOLEAN);
            case UINT8 -> Optional.of(DataType.UINT8);
            case INT8 -> Optional.of(DataType.INT8);
            case INT32 -> Optional.of(DataType.INT32);
            case INT64 -> Optional.of(DataType.INT64);
            case FLOAT16 -> Optional.of(DataType.FLOAT16);
            case BFLOAT16 -> Optional.of(DataType.BFLOAT16);
            case FLOAT32 -> Optional.of(DataType.FLOAT32);
            case FLOAT64 -> Optional.of(DataType.FLOAT64);
            case UINT16, INT16, UINT32, UINT64 -> Optional.empty();
        };
    }

    /** DJL's name for what ONNX Runtime returns. */
    static DataType dataType(OnnxJavaType type) {
        return switch (type) {
            case BOOL -> DataType.BOOLEAN;
            case UINT8 -> DataType.UINT8;
            case INT8 -> DataType.INT8;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case FLOAT16 -> DataType.FLOAT16;
            case BFLOAT16 -> DataType.BFLOAT16;
            case FLOAT -> DataType.FLOAT32;
            case DOUBLE -> DataType.FLOAT64;
            case INT16, STRING, UNKNOWN -> throw new IllegalStateException("no arrays of ONNX Runtime's " + type);
        };
    }

    private static DType dtype(DataType type) {
        return Arrays.stream(DType.values())
                .filter(candidate -> dataType(candidate).equals(Optional.of(type)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no element type for DJL's " + type));
    }

    @Override
    public NDList processInput(TranslatorContext context, Map<String, Tensor> inputs) {
        NDList arrays = new NDList(inputs.size());
        inputs.forEach((name, tensor) -> {
            NDArray array = context.getNDManager()
                    .create(
                            direct(context.getNDManager(), tensor.bytes()),
                            new ai.djl.ndarray.types.Shape(tensor.shape().toLongs()),
                            dataType(tensor.dtype()).orElseThrow());
            array.setName(name);
            arrays.add(array);
        });
        return arrays;
    }

    /** ONNX Runtime would copy a heap buffer too, but fails to for the 16-bit real types. */
    private static ByteBuffer direct(NDManager manager, ByteBuffer bytes) {
        return bytes.isDirect()
                ? bytes
                : manager.allocateDirect(bytes.remaining()).put(bytes).rewind();
    }

    @Override
    public Map<String, Tensor> processOutput(TranslatorContext context, NDList arrays) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (NDArray array : arrays) {
            outputs.put(
                    array.getName(), Tensor.ofBytes(dtype(array.getDataType()), shape(array), array.toByteBuffer()));
        }
        return outputs;
    }

    private static Shape shape(NDArray array) {
        return Shape.of(Arrays.stream(array.getShape().getShape())
                .mapToInt(Math::toIntExact)
                .toArray());
    }

    /** None: a run takes exactly the tensors it is given. */
    @Override
    public @Nullable Batchifier getBatchifier() {
        return null;
    }
}
