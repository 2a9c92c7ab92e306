package io.foldserve.fold.term;

import java.util.List;
import java.util.Optional;

/**
 * Which part of a value a term reads. Immutable.
 *
 * @param channels which of its channels, in which order; empty for all of them as they are
 * @param border what is read outside of it
 * @param upsampling for each spatial axis, the distance that a transposed convolution puts between neighbouring
 *     positions, zeros filling the gaps; empty where there are no gaps
 */
record InputRegion(Optional<Channels> channels, Border border, List<Integer> upsampling) {
    /** All of it, and zeros outside. */
    static final InputRegion ALL = new InputRegion(Optional.empty(), Border.ZERO, List.of());

    /** Copies the list. */
    InputRegion {
        upsampling = upsampling.stream().allMatch(distance -> distance == 1) ? List.of() : List.copyOf(upsampling);
        channels = channels.filter(selection -> !selection.isAll());
    }

    /** {@code selection} of what is read here. */
    InputRegion picking(Channels selection) {
        return new InputRegion(
                channels.map(own -> own.then(selection)).or(() -> Optional.of(selection)), border, upsampling);
    }

    /** The same region with all channels. */
    InputRegion whole() {
        return new InputRegion(Optional.empty(), border, upsampling);
    }

    /** The same region with another border. */
    InputRegion within(Border other) {
        return new InputRegion(channels, other, upsampling);
    }

    /** The same region with its positions {@code strides} apart. */
    InputRegion upsampledBy(List<Integer> strides) {
        return new InputRegion(channels, border, strides);
    }
}
