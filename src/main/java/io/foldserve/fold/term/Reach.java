package io.foldserve.fold.term;

import java.util.List;
import java.util.Optional;

/**
 * Which part of a value a term reads. Immutable.
 *
 * @param channels which of its channels, in which order; empty for all of them as they are
 * @param border what is read outside of it
 * @param spread for each spatial axis, the distance that a transposed convolution puts between neighbouring positions,
 *     zeros filling the gaps; empty where there are no gaps
 */
record Reach(Optional<Channels> channels, Border border, List<Integer> spread) {
    /** All of it, and zeros outside. */
    static final Reach ALL = new Reach(Optional.empty(), Border.ZERO, List.of());

    /** Copies the list. */
    Reach {
        spread = spread.stream().allMatch(distance -> distance == 1) ? List.of() : List.copyOf(spread);
        channels = channels.filter(selection -> !selection.isAll());
    }

    /** {@code selection} of what is read here. */
    Reach picking(Channels selection) {
        return new Reach(channels.map(own -> own.then(selection)).or(() -> Optional.of(selection)), border, spread);
    }

    /** The same with all channels. */
    Reach whole() {
        return new Reach(Optional.empty(), border, spread);
    }

    /** The same with another border. */
    Reach within(Border other) {
        return new Reach(channels, other, spread);
    }

    /** The same with its positions {@code strides} apart. */
    Reach spreadBy(List<Integer> strides) {
        return new Reach(channels, border, strides);
    }
}
