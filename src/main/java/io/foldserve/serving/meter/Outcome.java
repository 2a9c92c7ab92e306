package io.foldserve.serving.meter;

import java.util.Locale;

/** How a request ended. Its tag is its name in lower case. */
public enum Outcome {
    /** Answered. */
    OK,
    /** The request was at fault (its body, its parameters): a 4xx other than 429. */
    REFUSED,
    /** The queue was full: 429. */
    OVERLOADED,
    /** The deadline passed: 504. */
    DEADLINE,
    /** The client went away before it was answered. */
    CANCELLED,
    /** The model was not ready, or the service was stopping: 503. */
    UNAVAILABLE,
    /** The service was at fault: 500. */
    ERROR;

    /** The value of tag {@code outcome}. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
