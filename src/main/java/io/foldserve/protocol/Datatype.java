package io.foldserve.protocol;

import io.foldserve.task.InvalidRequestException;
import java.util.Arrays;
import java.util.List;

/** The element types of the protocol's tensors. */
public enum Datatype {
    /** A truth value in a byte. */
    BOOL(1),
    /** 8 bits without a sign. */
    UINT8(1),
    /** 16 bits without a sign. */
    UINT16(2),
    /** 32 bits without a sign. */
    UINT32(4),
    /** 64 bits without a sign. */
    UINT64(8),
    /** 8 bits with a sign. */
    INT8(1),
    /** 16 bits with a sign. */
    INT16(2),
    /** 32 bits with a sign. */
    INT32(4),
    /** 64 bits with a sign. */
    INT64(8),
    /** Half precision. */
    FP16(2),
    /** Single precision. */
    FP32(4),
    /** Double precision. */
    FP64(8),
    /** Any bytes, each element with a length of its own. */
    BYTES(0);

    private final int bytes;

    Datatype(int bytes) {
        this.bytes = bytes;
    }

    /** The size of an element in bytes; 0 for {@link #BYTES}, whose elements differ. */
    public int bytes() {
        return bytes;
    }

    /**
     * The datatype called {@code name}.
     *
     * @throws InvalidRequestException if there is none
     */
    public static Datatype of(String name) {
        List<Datatype> found = Arrays.stream(values())
                .filter(datatype -> datatype.name().equals(name))
                .toList();
        if (found.isEmpty()) {
            throw new InvalidRequestException(
                    "there is no datatype '%s', expected one of %s".formatted(name, List.of(values())));
        }
        return found.get(0);
    }
}
