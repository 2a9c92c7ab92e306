package io.foldserve.serving.request;

import java.time.Duration;

/**
 * A request would wait too long, or the memory for requests is at its capacity; nothing was accepted. The caller may
 * try again after {@link #retryAfter()}.
 */
final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * A request that would wait too long.
     *
     * @param wait how long it would be expected to wait
     * @param allowed how long it may be
     * @param over how long it takes until the one is less than the other
     */
    QueueFullException(String model, Duration wait, Duration allowed, Duration over) {
        this(
                "too many requests to model %s wait: another would wait %d ms, more than %d ms"
                        .formatted(model, wait.toMillis(), Math.max(0, allowed.toMillis())),
                over);
    }

    QueueFullException(String reason, Duration retryAfter) {
        this(reason, Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds()));
    }

    private QueueFullException(String reason, long seconds) {
        super("%s; try again in %d s".formatted(reason, seconds));
        this.retryAfter = Duration.ofSeconds(seconds);
    }

    /** After how long there is expected to be room; whole seconds, at least one. */
    Duration retryAfter() {
        return retryAfter;
    }
}
