package io.foldserve.session;

/** The ways to spread runs over the cores without ever asking for more threads than there are cores. */
public enum ThreadProfile {
    /** All cores on a run that is alone, one thread for each when several are there, decided run by run. */
    ADAPTIVE,

    /** One thread for a run, as many runs at a time as there are cores: the least memory. */
    THROUGHPUT,

    /** All cores on one run, one run at a time. */
    LATENCY;

    /** The threads of a run while others are there, on {@code cores} cores, at least 1. */
    public int sharedThreads(int cores) {
        refuseNone(cores);
        return this == LATENCY ? cores : 1;
    }

    /** The threads of a run that is alone, on {@code cores} cores, at least 1. */
    public int aloneThreads(int cores) {
        refuseNone(cores);
        return this == THROUGHPUT ? 1 : cores;
    }

    private static void refuseNone(int cores) {
        if (cores < 1) {
            throw new IllegalArgumentException("a profile needs at least 1 core, found " + cores);
        }
    }
}
