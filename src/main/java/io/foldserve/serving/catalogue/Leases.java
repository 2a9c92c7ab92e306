package io.foldserve.serving.catalogue;

/** Counts the users of something that must not be released under them. Thread-safe. */
final class Leases {
    private int held;
    private boolean retired;

    /** One more user; false, and nobody counted, once this is retired. */
    synchronized boolean take() {
        if (retired) {
            return false;
        }
        held++;
        return true;
    }

    /** A user has left. */
    synchronized void give() {
        held--;
        notifyAll();
    }

    /** From now on there are no new users; true the first time. */
    synchronized boolean retire() {
        boolean first = !retired;
        retired = true;
        return first;
    }

    /** Waits until the last user has left. */
    synchronized void awaitNone() throws InterruptedException {
        while (held > 0) {
            wait();
        }
    }
}
