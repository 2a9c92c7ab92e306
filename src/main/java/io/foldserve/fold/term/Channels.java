package io.foldserve.fold.term;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A selection or permutation of channels: channel i of the result is channel {@code picked(i)}. Immutable.
 *
 * @param of the number of channels that are picked from
 * @param picked the channel for each channel of the result
 */
public record Channels(int of, List<Integer> picked) {
    /** Copies the list. */
    public Channels {
        picked = List.copyOf(picked);
    }

    /** All of {@code of} channels, in order. */
    public static Channels all(int of) {
        return new Channels(of, IntStream.range(0, of).boxed().toList());
    }

    /** {@code count} neighbouring channels of {@code of}. */
    public static Channels range(int of, int first, int count) {
        return new Channels(of, IntStream.range(first, first + count).boxed().toList());
    }

    public int size() {
        return picked.size();
    }

    /** True when nothing changes. */
    public boolean isAll() {
        return equals(all(of));
    }

    /** This selection and then {@code next} of its result. */
    public Channels then(Channels next) {
        return new Channels(of, next.picked.stream().map(picked::get).toList());
    }

    /** These channels and then those of {@code other}, picked from the same. */
    public Channels and(Channels other) {
        List<Integer> both = new ArrayList<>(picked);
        both.addAll(other.picked);
        return new Channels(of, both);
    }

    /**
     * The blocks of {@code size} aligned neighbours that this consists of, by number; empty if it takes one apart.
     *
     * @param size a divisor of {@link #of}
     */
    public Optional<Channels> blocks(int size) {
        List<Integer> blocks = new ArrayList<>();
        for (int i = 0; i < picked.size(); i++) {
            if (i % size == 0) {
                blocks.add(picked.get(i) / size);
            }
            if (picked.get(i) != blocks.get(i / size) * size + i % size) {
                return Optional.empty();
            }
        }
        return picked.size() % size == 0 ? Optional.of(new Channels(of / size, blocks)) : Optional.empty();
    }

    /** Each picked channel replaced by {@code size} neighbours: the inverse of {@link #blocks}. */
    public Channels widened(int size) {
        return new Channels(
                of * size,
                picked.stream()
                        .flatMap(block -> IntStream.range(block * size, (block + 1) * size)
                                .boxed())
                        .toList());
    }
}
