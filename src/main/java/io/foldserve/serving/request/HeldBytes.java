package io.foldserve.serving.request;

import java.util.concurrent.atomic.AtomicLong;

/** One request's part of the {@link BodyMemory}. Thread-safe. */
final class HeldBytes {
    private final BodyMemory bodies;
    private final AtomicLong held = new AtomicLong();

    HeldBytes(BodyMemory bodies) {
        this.bodies = bodies;
    }

    /**
     * Makes room for {@code bytes} more.
     *
     * @throws QueueFullException if the bodies of all requests hold too much already
     */
    void hold(long bytes) {
        bodies.hold(bytes);
        held.addAndGet(bytes);
    }

    /** Gives all room back. Idempotent. */
    void release() {
        bodies.release(held.getAndSet(0));
    }
}
