package io.foldserve.checkpoint.hdf5;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Words;
import io.foldserve.tensor.DType;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OrderedDataType;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/**
 * The type of a dataset's elements.
 *
 * @param found the same in this project's terms, if it is read
 * @param description what it is in HDF5's terms, for a refusal
 */
record Elements(Optional<DType> found, String description) {
    /** The class of opaque bytes in a type's description, which jHDF cannot decode where their tag is empty. */
    static final int OPAQUE = 5;

    /** Bits of exponent, of mantissa, and the bias: together with the size, what makes a format of IEEE 754. */
    private record Layout(int bytes, int exponent, int mantissa, int bias) {}

    private static final Map<Layout, DType> FLOATS = Map.of(
            new Layout(2, 5, 10, 15), DType.FLOAT16,
            new Layout(2, 8, 7, 127), DType.BFLOAT16,
            new Layout(4, 8, 23, 127), DType.FLOAT32,
            new Layout(8, 11, 52, 1023), DType.FLOAT64);

    /** The elements that {@code type} describes. */
    static Elements of(DataType type) {
        String description = "%s with %d bytes".formatted(Words.of(type.getClass()), type.getSize());
        if (type instanceof OrderedDataType ordered
                && ordered.getByteOrder() != ByteOrder.LITTLE_ENDIAN
                && type.getSize() > 1) {
            return new Elements(Optional.empty(), "big-endian " + description);
        }
        if (type instanceof FloatingPoint number) {
            return new Elements(floating(number), description);
        }
        return new Elements(type instanceof FixedPoint number ? integer(number) : Optional.empty(), description);
    }

    /**
     * Elements of {@code bytes} opaque bytes. Keras stores bfloat16 as two, and says so in an attribute.
     *
     * @param named what the attribute says
     */
    static Elements opaque(int bytes, Optional<String> named) {
        boolean isBrainFloat = bytes == 2 && named.equals(Optional.of("bfloat16"));
        return new Elements(
                isBrainFloat ? Optional.of(DType.BFLOAT16) : Optional.empty(), "%d opaque bytes".formatted(bytes));
    }

    /**
     * The type in this project's terms.
     *
     * @throws InvalidInputException if there is none
     */
    DType dtype() {
        return found.orElseThrow(
                () -> new InvalidInputException("dataset", "elements of %s are not read".formatted(description)));
    }

    private static Optional<DType> floating(FloatingPoint number) {
        boolean packed = number.getMantissaLocation() == 0
                && number.getExponentLocation() == number.getMantissaSize()
                && number.getSignLocation() == 8 * number.getSize() - 1
                && number.getBitOffset() == 0;
        Layout layout = new Layout(
                number.getSize(), number.getExponentSize(), number.getMantissaSize(), number.getExponentBias());
        return packed ? Optional.ofNullable(FLOATS.get(layout)) : Optional.empty();
    }

    private static Optional<DType> integer(FixedPoint number) {
        if (number.getBitOffset() != 0 || number.getBitPrecision() != 8 * number.getSize()) {
            return Optional.empty();
        }
        boolean signed = number.isSigned();
        return switch (number.getSize()) {
            case 1 -> Optional.of(signed ? DType.INT8 : DType.UINT8);
            case 2 -> Optional.of(signed ? DType.INT16 : DType.UINT16);
            case 4 -> Optional.of(signed ? DType.INT32 : DType.UINT32);
            case 8 -> Optional.of(signed ? DType.INT64 : DType.UINT64);
            default -> Optional.empty();
        };
    }
}
