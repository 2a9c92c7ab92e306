package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.foldserve.tensor.DType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** ONNX's numbers for element types. */
final class ElementTypes {
    private static final Map<DType, Integer> NUMBERS = new EnumMap<>(Map.ofEntries(
            Map.entry(DType.BOOL, DataType.BOOL_VALUE),
            Map.entry(DType.UINT8, DataType.UINT8_VALUE),
            Map.entry(DType.INT8, DataType.INT8_VALUE),
            Map.entry(DType.UINT16, DataType.UINT16_VALUE),
            Map.entry(DType.INT16, DataType.INT16_VALUE),
            Map.entry(DType.UINT32, DataType.UINT32_VALUE),
            Map.entry(DType.INT32, DataType.INT32_VALUE),
            Map.entry(DType.UINT64, DataType.UINT64_VALUE),
            Map.entry(DType.INT64, DataType.INT64_VALUE),
            Map.entry(DType.FLOAT16, DataType.FLOAT16_VALUE),
            Map.entry(DType.BFLOAT16, DataType.BFLOAT16_VALUE),
            Map.entry(DType.FLOAT32, DataType.FLOAT_VALUE),
            Map.entry(DType.FLOAT64, DataType.DOUBLE_VALUE)));

    private ElementTypes() {}

    /** ONNX's number for {@code dtype}. */
    static int number(DType dtype) {
        return Optional.ofNullable(NUMBERS.get(dtype)).orElseThrow();
    }

    /**
     * The type with ONNX's {@code number}; empty for strings, complex numbers and those of 8 bits or fewer that float.
     */
    static Optional<DType> find(int number) {
        return NUMBERS.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
