package io.foldserve.architecture.declare;

import io.foldserve.declaration.JsonSchema;
import io.foldserve.declaration.ValueType;
import io.foldserve.declaration.ValueTypes;
import io.foldserve.graph.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The positions that a convolution or a pooling adds around its input. */
public sealed interface BorderPadding {
    /** As many as make ⌈input/stride⌉ outputs, the odd one after the input: TensorFlow's {@code padding="same"}. */
    BorderPadding SAME = new Same();

    /** The word {@code same}, or positions added on both sides: a whole number for both axes, or a list of two. */
    static ValueType<BorderPadding> type() {
        ValueType<Pair> positions = Pair.type(0);
        List<Map<String, Object>> schemas = new ArrayList<>(Pair.schemas(0));
        schemas.add(JsonSchema.of("const", "same"));
        return ValueTypes.of(
                "same, a whole number from 0, or two in a list (height, width)",
                declared -> declared.equals("same")
                        ? Optional.of(SAME)
                        : positions.parse(declared).map(BorderPadding::of),
                JsonSchema.of("anyOf", schemas));
    }

    /** {@code positions} on all sides. */
    static Fixed of(int positions) {
        return of(Pair.of(positions));
    }

    /** {@code positions} on both sides of each axis. */
    static Fixed of(Pair positions) {
        return new Fixed(positions, positions);
    }

    /** {@code before} positions in front of each axis and {@code after} behind it. */
    static Fixed of(int before, int after) {
        return new Fixed(Pair.of(before), Pair.of(after));
    }

    /** The positions for an input of a size. */
    Fixed around(Pair input, Pair kernel, Pair stride, Pair dilation);

    /**
     * A padding whatever the input's size is.
     *
     * @param before in front of each axis
     * @param after behind each axis
     */
    record Fixed(Pair before, Pair after) implements BorderPadding {
        @Override
        public Fixed around(Pair input, Pair kernel, Pair stride, Pair dilation) {
            return this;
        }
    }

    /** See {@link #SAME}. */
    record Same() implements BorderPadding {
        @Override
        public Fixed around(Pair input, Pair kernel, Pair stride, Pair dilation) {
            Window window = Window.same(kernel.toList(), stride.toList(), dilation.toList(), input.toList(), true);
            return new Fixed(Pair.of(window.padsBegin()), Pair.of(window.padsEnd()));
        }
    }
}
