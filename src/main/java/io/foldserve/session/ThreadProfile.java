package io.foldserve.session;

/** The two ways to spread runs over the cores without ever asking for more threads than there are cores. */
public enum ThreadProfile {
    /** One thread for a run, as many runs at a time as there are cores: the most answers per second. */
    THROUGHPUT,

    /** All cores on one run, one run at a time: the fastest single answer. */
    LATENCY;

    /** The intra-op threads of a session on {@code cores} cores, at least 1. */
    public int intraOpThreads(int cores) {
        refuseNone(cores);
        return this == LATENCY ? cores : 1;
    }

    /** The runs that may be under way at a time on {@code cores} cores, at least 1. */
    public int concurrentRuns(int cores) {
        refuseNone(cores);
        return this == THROUGHPUT ? cores : 1;
    }

    private static void refuseNone(int cores) {
        if (cores < 1) {
            throw new IllegalArgumentException("a profile needs at least 1 core, found " + cores);
        }
    }
}
