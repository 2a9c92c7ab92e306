package io.foldserve.graph;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A graph input or output: its name and what is known of its type.
 *
 * @param name the value's name, unique in its graph
 * @param dtype the element type; empty for anything but a tensor of a known type (strings, sequences)
 * @param dimensions outermost first, a fixed extent or a named unknown each; empty if not even their number is known
 */
public record Value(String name, Optional<DType> dtype, Optional<List<Dimension>> dimensions) {

    /** Copies the dimensions. */
    public Value {
        dimensions = dimensions.map(List::copyOf);
    }

    /** A tensor of known type and rank. */
    public Value(String name, DType dtype, List<Dimension> dimensions) {
        this(name, Optional.of(dtype), Optional.of(dimensions));
    }

    /** A value of fixed shape. */
    public static Value of(String name, DType dtype, Shape shape) {
        return new Value(
                name, dtype, shape.extents().stream().map(Dimension::fixed).toList());
    }

    /** The shape, if every dimension is fixed. */
    public Optional<Shape> shape() {
        return dimensions
                .filter(known -> known.stream().allMatch(Dimension::isFixed))
                .map(known -> new Shape(known.stream().map(Dimension::extent).toList()));
    }

    /** Element type and dimensions, for people: {@code FLOAT32 1×3×H×W}. */
    public String type() {
        String element = dtype.map(DType::toString).orElse("a foreign type");
        return element + " "
                + dimensions
                        .map(known -> known.stream().map(Dimension::toString).collect(Collectors.joining("×")))
                        .orElse("of unknown rank");
    }

    @Override
    public String toString() {
        return name + ": " + type();
    }

    /**
     * One dimension of a value.
     *
     * @param extent its extent, or -1 if it is not known
     * @param symbol its name if it is not known, else empty
     */
    public record Dimension(int extent, String symbol) {
        /** A dimension of a known extent. */
        public static Dimension fixed(int extent) {
            return new Dimension(extent, "");
        }

        /** A dimension known by name only. */
        public static Dimension named(String symbol) {
            return new Dimension(-1, symbol);
        }

        /** True when the extent is known. */
        public boolean isFixed() {
            return extent >= 0;
        }

        @Override
        public String toString() {
            return isFixed() ? Integer.toString(extent) : symbol.isEmpty() ? "?" : symbol;
        }
    }
}
