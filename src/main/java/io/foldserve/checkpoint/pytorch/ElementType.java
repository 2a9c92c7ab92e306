package io.foldserve.checkpoint.pytorch;

import io.foldserve.tensor.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * PyTorch's element types, by the globals that a checkpoint names them with.
 *
 * <p>Those without a {@link DType} may be in a checkpoint (in an optimizer's state, say), but not be read from it.
 */
enum ElementType {
    FLOAT64("float64", "DoubleStorage", 8, DType.FLOAT64),
    FLOAT32("float32", "FloatStorage", 4, DType.FLOAT32),
    FLOAT16("float16", "HalfStorage", 2, DType.FLOAT16),
    BFLOAT16("bfloat16", "BFloat16Storage", 2, DType.BFLOAT16),
    INT64("int64", "LongStorage", 8, DType.INT64),
    INT32("int32", "IntStorage", 4, DType.INT32),
    INT16("int16", "ShortStorage", 2, DType.INT16),
    INT8("int8", "CharStorage", 1, DType.INT8),
    UINT8("uint8", "ByteStorage", 1, DType.UINT8),
    BOOL("bool", "BoolStorage", 1, DType.BOOL),
    UINT64("uint64", "UInt64Storage", 8, DType.UINT64),
    UINT32("uint32", "UInt32Storage", 4, DType.UINT32),
    UINT16("uint16", "UInt16Storage", 2, DType.UINT16),
    COMPLEX128("complex128", "ComplexDoubleStorage", 16),
    COMPLEX64("complex64", "ComplexFloatStorage", 8),
    COMPLEX32("complex32", "ComplexHalfStorage", 4),
    FLOAT8_E4M3FN("float8_e4m3fn", "Float8_e4m3fnStorage", 1),
    FLOAT8_E5M2("float8_e5m2", "Float8_e5m2Storage", 1),
    UNTYPED("untyped", "storage.UntypedStorage", 1);

    private static final Map<String, ElementType> BY_STORAGE = index(type -> type.storageName);
    private static final Map<String, ElementType> BY_NAME = index(type -> type.dtypeName);

    private final String dtypeName;
    private final String storageName;
    private final int bytes;
    private final Optional<DType> dtype;

    ElementType(String dtypeName, String storageName, int bytes) {
        this(dtypeName, storageName, bytes, Optional.empty());
    }

    ElementType(String dtypeName, String storageName, int bytes, DType dtype) {
        this(dtypeName, storageName, bytes, Optional.of(dtype));
    }

    ElementType(String dtypeName, String storageName, int bytes, Optional<DType> dtype) {
        this.dtypeName = "torch." + dtypeName;
        this.storageName = "torch." + storageName;
        this.bytes = bytes;
        this.dtype = dtype;
    }

    /** The type whose storage class is the global {@code name}. */
    static Optional<ElementType> ofStorage(String name) {
        return Optional.ofNullable(BY_STORAGE.get(name));
    }

    /** The type that is the global {@code name}, such as {@code torch.float16}. */
    static Optional<ElementType> ofName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    int bytes() {
        return bytes;
    }

    /** The type of the tensors read from it; empty if none can be. */
    Optional<DType> dtype() {
        return dtype;
    }

    @Override
    public String toString() {
        return dtypeName;
    }

    private static Map<String, ElementType> index(Function<ElementType, String> key) {
        return Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(key, type -> type));
    }
}
