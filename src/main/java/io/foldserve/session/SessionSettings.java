package io.foldserve.session;

import java.time.Duration;

/**
 * How a session computes.
 *
 * @param intraOpThreads threads that share the work of one operator, at least 1 (the caller's own thread included)
 * @param spinning whether idle threads of the session burn CPU for a while instead of sleeping; only worth it for a
 *     process that owns its cores, and without effect with one thread
 * @param optimised whether ONNX Runtime may rewrite the graph: all its optimisations (but the moving of a Pad into a
 *     MaxPool, which is wrong in 1.29.0), or none
 * @param runLimit after which a run is given up of a network that may hold a loop without end
 */
public record SessionSettings(int intraOpThreads, boolean spinning, boolean optimised, Duration runLimit) {
    /** What every run of a served network is far below. */
    public static final Duration LONGEST_RUN = Duration.ofSeconds(10);

    /** Refuses a thread count below 1. */
    public SessionSettings {
        if (intraOpThreads < 1) {
            throw new IllegalArgumentException("a session needs at least 1 intra-op thread, found " + intraOpThreads);
        }
    }

    /** Gives runs up after {@link #LONGEST_RUN}. */
    public SessionSettings(int intraOpThreads, boolean spinning, boolean optimised) {
        this(intraOpThreads, spinning, optimised, LONGEST_RUN);
    }
}
