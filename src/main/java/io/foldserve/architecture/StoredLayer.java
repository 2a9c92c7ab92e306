package io.foldserve.architecture;

import io.foldserve.tensor.Shape;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A layer as a checkpoint's tensors show it.
 *
 * @param path the prefix of its tensors' names
 * @param kind what it is
 * @param weights the shape of its weight (of a DO-Conv: W), in PyTorch's order of axes
 * @param groups if they follow from the shapes
 * @param multiplier a DO-Conv's D_mul
 * @param taps the number of its kernel's taps
 * @param biased whether it has a bias
 */
public record StoredLayer(
        String path,
        Kind kind,
        Optional<Shape> weights,
        OptionalInt groups,
        OptionalInt multiplier,
        OptionalInt taps,
        boolean biased) {

    /** What a layer can be told to be. */
    public enum Kind {
        /** W (O, I/g, S) and D (I, M·N, S), or W alone with a single tap. */
        DO_CONV("DO-Conv"),
        /** A weight of four axes. */
        CONVOLUTION("convolution"),
        /** A weight of two axes. */
        LINEAR("linear"),
        /** Has running statistics. */
        BATCH_NORM("batch norm"),
        /** Anything else. */
        OTHER("other tensors");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** For people. */
        public String label() {
            return label;
        }
    }

    /** The kernel's size; of a DO-Conv, whose D only tells the number of taps, the most square one. */
    public Optional<String> kernel() {
        if (kind == Kind.CONVOLUTION) {
            return weights.map(shape -> shape.extent(2) + "×" + shape.extent(3));
        }
        if (taps.isEmpty()) {
            return Optional.empty();
        }
        int all = taps.getAsInt();
        int height = (int) Math.sqrt(all);
        while (height > 1 && all % height != 0) {
            height--;
        }
        return Optional.of(height + "×" + all / height);
    }

    /** True if the taps of {@link #kernel()} may be arranged otherwise. */
    public boolean isKernelOpen() {
        return kind == Kind.DO_CONV && taps.orElse(1) > 1;
    }
}
