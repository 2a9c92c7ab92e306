package io.foldserve.checkpoint.mxnet;

import io.foldserve.tensor.DType;
import java.util.List;

/** The element types by the numbers that files have for them: {@code TypeFlag} in mshadow's {@code base.h}. */
final class ElementFlag {
    private static final List<DType> TYPES = List.of(
            DType.FLOAT32,
            DType.FLOAT64,
            DType.FLOAT16,
            DType.UINT8,
            DType.INT32,
            DType.INT8,
            DType.INT64,
            DType.BOOL,
            DType.INT16,
            DType.UINT16,
            DType.UINT32,
            DType.UINT64,
            DType.BFLOAT16);

    private ElementFlag() {}

    /** Whether {@code flag} is one. */
    static boolean isKnown(int flag) {
        return flag >= 0 && flag < TYPES.size();
    }

    /** The type of {@code flag}, which is known. */
    static DType type(int flag) {
        return TYPES.get(flag);
    }
}
