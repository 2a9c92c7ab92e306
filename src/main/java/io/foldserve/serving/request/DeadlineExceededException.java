package io.foldserve.serving.request;

import java.time.Duration;

/** A request was not answered within its deadline; what was left of its work was not done. */
final class DeadlineExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeadlineExceededException(Duration deadline) {
        super("no answer within the deadline of %d ms".formatted(deadline.toMillis()));
    }
}
