package io.foldserve.serving.request;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the bodies of all requests hold together, from their first byte to their answer: the queue bounds how
 * many requests wait, which alone would let a few hundred large or slow uploads take all memory. Thread-safe.
 */
public final class BodyMemory {
    /** Uploads end, or are ended, within seconds. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final long capacity;
    private final AtomicLong held = new AtomicLong();

    /** Memory for {@code capacity} bytes. */
    public BodyMemory(long capacity) {
        this.capacity = capacity;
    }

    /**
     * Counts {@code bytes} more.
     *
     * @throws QueueFullException if there is no room for them; none of them are counted then
     */
    void hold(long bytes) {
        if (held.addAndGet(bytes) > capacity) {
            held.addAndGet(-bytes);
            throw new QueueFullException(
                    "the bodies of the requests under way hold all of the %d bytes they may".formatted(capacity),
                    RETRY_AFTER);
        }
    }

    /** Counts {@code bytes} no more. */
    void release(long bytes) {
        held.addAndGet(-bytes);
    }

    /** How many bytes are held now. */
    long held() {
        return held.get();
    }
}
