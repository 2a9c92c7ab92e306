package io.foldserve.serving.gate;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Admits loads while there are cores and memory for them, and makes room for what times something: beside another load
 * its figures would be of no use. Thread-safe.
 *
 * <p>A thread that is interrupted while it waits goes on at once, still interrupted, for its work to be given up.
 */
public final class LoadGate {
    private final int cores;
    private final long memory;
    private final Set<Thread> working = new HashSet<>();
    private long held;
    private int waitingToMeasure;
    private boolean measuring;

    /**
     * A gate for at most {@code cores} loads at a time.
     *
     * @param memory what loads may hold together, in bytes; one that needs more is admitted by itself
     */
    public LoadGate(int cores, long memory) {
        this.cores = cores;
        this.memory = memory;
    }

    /** A gate for one load after another, whatever memory it needs. */
    public static LoadGate single() {
        return new LoadGate(1, Long.MAX_VALUE);
    }

    /** How many loads are admitted at a time at most. */
    public int cores() {
        return cores;
    }

    /** Runs {@code work}, a load that holds {@code bytes} of memory at most, as soon as it fits beside the others. */
    public <T> T load(long bytes, Supplier<T> work) {
        enter(bytes);
        try {
            return work.get();
        } finally {
            leave(bytes);
        }
    }

    private synchronized void enter(long bytes) {
        await(() -> isQuiet() && working.size() < cores && (held == 0 || held + bytes <= memory));
        working.add(Thread.currentThread());
        held += bytes;
    }

    private boolean isQuiet() {
        return !measuring && waitingToMeasure == 0;
    }

    private synchronized void leave(long bytes) {
        working.remove(Thread.currentThread());
        held -= bytes;
        notifyAll();
    }

    /**
     * Runs {@code work} while no load does anything but wait for its own turn here. May be called from a load or from
     * outside of any, but not from within another {@code work}.
     */
    public <T> T alone(Supplier<T> work) {
        boolean loading = begin();
        try {
            return work.get();
        } finally {
            end(loading);
        }
    }

    /** Returns whether this thread is that of a load. */
    private synchronized boolean begin() {
        boolean loading = working.remove(Thread.currentThread());
        waitingToMeasure++;
        notifyAll();
        await(() -> !measuring && working.isEmpty());
        waitingToMeasure--;
        measuring = true;
        return loading;
    }

    private synchronized void end(boolean loading) {
        measuring = false;
        if (loading) {
            working.add(Thread.currentThread());
        }
        notifyAll();
    }

    /** Waits, with this object's lock, until {@code may} or an interruption. */
    private void await(BooleanSupplier may) {
        try {
            while (!may.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
