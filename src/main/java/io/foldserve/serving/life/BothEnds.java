package io.foldserve.serving.life;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Models to load, from the smallest on. After one that failed the next comes from the other end, for many that fail are
 * of one size, and the one that is good is then found whether it is smaller or larger. Thread-safe.
 */
final class BothEnds {
    private final Deque<Declared> models;
    private boolean largest;

    /** Of {@code models}, the smallest first. */
    BothEnds(List<Declared> models) {
        this.models = new ArrayDeque<>(models);
    }

    /** The next to load, if there is one. */
    synchronized Optional<Declared> next() {
        return Optional.ofNullable(largest ? models.pollLast() : models.pollFirst());
    }

    /** Says of a model that was {@link #next} whether it is served. */
    synchronized void tried(boolean served) {
        largest = !served && !largest;
    }
}
