package io.foldserve.serving.request;

import java.time.Duration;

/**
 * The request queue, or the memory for requests, is at its capacity; nothing was accepted. The caller may try again
 * after {@link #retryAfter()}.
 */
final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    QueueFullException(int capacity, Duration retryAfter) {
        this("the request queue is full (%d waiting)".formatted(capacity), retryAfter);
    }

    QueueFullException(String reason, Duration retryAfter) {
        super("%s; try again in %d s".formatted(reason, Math.max(1, retryAfter.toSeconds())));
        this.retryAfter = retryAfter;
    }

    /** How long the requests that are waiting now are expected to take; at least one second. */
    Duration retryAfter() {
        return retryAfter;
    }
}
