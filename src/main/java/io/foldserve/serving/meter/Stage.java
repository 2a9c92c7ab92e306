package io.foldserve.serving.meter;

import java.util.Locale;

/** A stage of a request, in order. Its tag is its name in lower case. */
public enum Stage {
    /** Waiting for a worker, from acceptance. */
    QUEUE,
    /** Image bytes to pixels. */
    DECODE,
    /** Resizing, cropping, and laying the pixels out as the session's input. */
    PREPROCESS,
    /** The session's run. */
    INFER,
    /** The session's outputs to the answer. */
    POSTPROCESS;

    /** The value of tag {@code stage}. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
