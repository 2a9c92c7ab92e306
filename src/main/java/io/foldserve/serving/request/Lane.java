package io.foldserve.serving.request;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The requests of one model that wait, in the order of their arrival, and what one of its pictures takes. Not
 * thread-safe.
 */
final class Lane {
    /** What is thought of a model before its first request has ended. */
    private static final double FIRST_GUESS = TimeUnit.MILLISECONDS.toNanos(10);

    /** How much the last request weighs in what is thought of the next. */
    private static final double SMOOTHING = 0.1;

    private final Set<Ticket<?>> waiting = new LinkedHashSet<>();
    private long pictures;
    private double nanosAPicture = FIRST_GUESS;
    private boolean measured;
    /** The workers' time that the lane has had, on the queue's virtual clock, in nanoseconds. */
    private double service;

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    double service() {
        return service;
    }

    /** What {@code count} pictures are expected to take, in nanoseconds of one worker. */
    double cost(int count) {
        return nanosAPicture * count;
    }

    /** What everything that waits is expected to take, in nanoseconds of one worker. */
    double backlog() {
        return nanosAPicture * pictures;
    }

    /** A lane that was empty has no claim on time that it did not want: it starts at {@code now}. */
    void add(Ticket<?> ticket, double now) {
        if (waiting.isEmpty()) {
            service = Math.max(service, now);
        }
        waiting.add(ticket);
        pictures += ticket.demand().pictures();
    }

    /** When the first one that waits was accepted. */
    long firstAccepted() {
        return waiting.iterator().next().acceptedNanos();
    }

    /** Takes the first one that waits, and charges what it is expected to take. */
    Ticket<?> poll() {
        Iterator<Ticket<?>> first = waiting.iterator();
        Ticket<?> ticket = first.next();
        first.remove();
        pictures -= ticket.demand().pictures();
        service += cost(ticket.demand().pictures());
        return ticket;
    }

    void remove(Ticket<?> ticket) {
        if (waiting.remove(ticket)) {
            pictures -= ticket.demand().pictures();
        }
    }

    /** Charges what a request took beyond what was expected, or gives back what it did not take. */
    void charge(double nanos) {
        service += nanos;
    }

    /** Learns that each picture of a request took {@code each} nanoseconds. */
    void learn(double each) {
        nanosAPicture = measured ? nanosAPicture + SMOOTHING * (each - nanosAPicture) : each;
        measured = true;
    }
}
