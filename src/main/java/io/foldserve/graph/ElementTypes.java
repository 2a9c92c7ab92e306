package io.foldserve.graph;

import io.foldserve.tensor.DType;
import java.util.Map;
import java.util.Optional;

/** ONNX's numbers for element types, those of TensorProto.DataType. Stateless. */
final class ElementTypes {
    private static final Map<DType, Integer> NUMBERS = Map.ofEntries(
            Map.entry(DType.FLOAT32, 1),
            Map.entry(DType.UINT8, 2),
            Map.entry(DType.INT8, 3),
            Map.entry(DType.UINT16, 4),
            Map.entry(DType.INT16, 5),
            Map.entry(DType.INT32, 6),
            Map.entry(DType.INT64, 7),
            Map.entry(DType.BOOL, 9),
            Map.entry(DType.FLOAT16, 10),
            Map.entry(DType.FLOAT64, 11),
            Map.entry(DType.UINT32, 12),
            Map.entry(DType.UINT64, 13),
            Map.entry(DType.BFLOAT16, 16));

    private ElementTypes() {}

    static int number(DType type) {
        return Optional.ofNullable(NUMBERS.get(type)).orElseThrow();
    }

    static Optional<DType> find(long number) {
        return NUMBERS.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
