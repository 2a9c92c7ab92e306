package io.foldserve.serving.request;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what all requests hold together, from the first byte of a body to the last of its answer: bodies, decoded
 * pictures, what decoders keep beside them, tensors and answers. The queue bounds how many requests wait, which alone
 * would let a few dozen large ones take all memory. Thread-safe.
 */
public final class MemoryBudget {
    /**
     * The part of the heap that requests may hold together. Large arrays lie in one piece between others, and garbage
     * is collected behind the requests, so that the rest is not idle.
     */
    private static final int HEAP_SHARE = 3;

    /** Uploads and decodings end, or are ended, within seconds. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final long capacity;
    private final AtomicLong held = new AtomicLong();

    /** A budget of {@code capacity} bytes. */
    public MemoryBudget(long capacity) {
        this.capacity = capacity;
    }

    /** A budget of {@code wanted} bytes, or of a third of a heap of {@code heap} bytes if that is less. */
    public static MemoryBudget within(long wanted, long heap) {
        return new MemoryBudget(Math.min(wanted, heap / HEAP_SHARE));
    }

    /**
     * Counts {@code bytes} more.
     *
     * @param own what the asking request holds already
     * @throws QueueFullException if there is no room for them now; none of them are counted then
     * @throws RequestTooLargeException if there never is
     */
    void hold(long bytes, long own) {
        if (own + bytes > capacity) {
            throw new RequestTooLargeException(own + bytes, capacity);
        }
        if (held.addAndGet(bytes) > capacity) {
            held.addAndGet(-bytes);
            throw new QueueFullException(
                    "the requests under way hold all of the %d bytes of memory they may".formatted(capacity),
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
