package io.foldserve.serving.request;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * What waits for the workers, a lane a model, and which request is next. The workers' time is shared equally between
 * the models that have requests (start-time fair queuing, Goyal, Vin and Cheng, 1996), so that many requests to one
 * model delay those to another by no more than its share.
 *
 * <p>A request is refused when it would be expected to wait too long: by what waits and what that takes, measured per
 * model. The first of its lane is never refused, so that no model's traffic depends on another's, and what a model
 * takes is always learnt anew. Not thread-safe.
 */
final class FairQueue {
    private final int workers;
    private final LongSupplier nanoClock;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Map<Ticket<?>, Run> running = new HashMap<>();
    /** The virtual clock: the service of the lane that was served last, when it was. */
    private double virtualNow;

    private int waiting;

    /** A request that a worker has. */
    private record Run(double expected, long startNanos) {}

    /**
     * A queue in which nothing waits.
     *
     * @param workers how many requests are worked on at a time, at least 1
     * @param nanoClock the time in nanoseconds
     */
    FairQueue(int workers, LongSupplier nanoClock) {
        this.workers = workers;
        this.nanoClock = nanoClock;
    }

    /**
     * Refuses a request that has to wait longer than {@code longest}, or too long to be done within {@code deadline}.
     *
     * @throws QueueFullException if so, with the time after which it would not be refused any more
     */
    void expectRoom(Demand demand, Duration longest, Duration deadline) {
        Lane lane = lanes.get(demand.model());
        if (lane == null || lane.isEmpty()) {
            return;
        }
        double whole = deadline.toNanos();
        double cost = Math.min(lane.cost(demand.pictures()), whole);
        double allowed = Math.min((double) longest.toNanos(), whole - cost);
        double wait = expectedWait(demand);
        if (wait > allowed) {
            throw new QueueFullException(demand.model(), nanos(wait), nanos(allowed), nanos(wait - allowed));
        }
    }

    /**
     * How long a new request would wait, in nanoseconds: for what is being worked on, for all of its own lane, and for
     * as much of every other lane as is served meanwhile.
     */
    double expectedWait(Demand demand) {
        Lane own = lanes.getOrDefault(demand.model(), new Lane());
        double before = own.backlog();
        double meanwhile = before + own.cost(demand.pictures());
        double work = before + sum(lane -> lane == own ? 0 : Math.min(lane.backlog(), meanwhile)) + remaining();
        return running.size() < workers && waiting == 0 ? 0 : work / workers;
    }

    private double sum(ToDoubleFunction<Lane> ofLane) {
        return lanes.values().stream().mapToDouble(ofLane).sum();
    }

    private double remaining() {
        long now = nanoClock.getAsLong();
        return running.values().stream()
                .mapToDouble(run -> Math.max(0, run.expected() - (now - run.startNanos())))
                .sum();
    }

    private static Duration nanos(double nanos) {
        return Duration.ofNanos((long) nanos);
    }

    /** Puts {@code ticket} behind everything of its model. */
    void add(Ticket<?> ticket) {
        lanes.computeIfAbsent(ticket.demand().model(), absent -> new Lane()).add(ticket, virtualNow);
        waiting++;
    }

    /** Takes the request that is next; {@link #ended} has to follow. */
    Optional<Ticket<?>> next() {
        Optional<Lane> lane = lanes.values().stream()
                .filter(some -> !some.isEmpty())
                .min((one, other) -> {
                    int byService = Double.compare(one.service(), other.service());
                    return byService == 0 ? Long.compare(one.firstAccepted(), other.firstAccepted()) : byService;
                });
        return lane.map(this::take);
    }

    private Ticket<?> take(Lane lane) {
        virtualNow = lane.service();
        Ticket<?> ticket = lane.poll();
        waiting--;
        running.put(ticket, new Run(lane.cost(ticket.demand().pictures()), nanoClock.getAsLong()));
        return ticket;
    }

    /** Forgets {@code ticket} if it still waits. */
    void remove(Ticket<?> ticket) {
        Lane lane = lane(ticket);
        int before = lane.size();
        lane.remove(ticket);
        waiting -= before - lane.size();
    }

    /**
     * Learns that a worker is done with {@code ticket} now.
     *
     * @param worked false if nobody wanted it any more, so that it tells nothing of what its model takes
     */
    void ended(Ticket<?> ticket, boolean worked) {
        Run run = Optional.ofNullable(running.remove(ticket)).orElseThrow();
        long taken = nanoClock.getAsLong() - run.startNanos();
        lane(ticket).charge(taken - run.expected());
        if (worked) {
            lane(ticket).learn((double) taken / ticket.demand().pictures());
        }
    }

    private Lane lane(Ticket<?> ticket) {
        return Optional.ofNullable(lanes.get(ticket.demand().model())).orElseThrow();
    }

    /** How many requests wait. */
    int waiting() {
        return waiting;
    }

    /** How many requests wait or are worked on. */
    int present() {
        return waiting + running.size();
    }
}
