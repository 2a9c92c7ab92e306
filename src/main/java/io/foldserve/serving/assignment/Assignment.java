package io.foldserve.serving.assignment;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Deals the requests of one experiment: a unit always to the same variant, a request without a unit at random, never in
 * turn. Thread-safe.
 */
public final class Assignment {
    private final Experiment experiment;
    private final Buckets buckets;
    private final RandomGenerator random;

    /** Deals by {@code experiment}; draws for requests without a unit from {@code random}, one at a time. */
    public Assignment(Experiment experiment, RandomGenerator random) {
        this.experiment = experiment;
        this.buckets = new Buckets(experiment.shares());
        this.random = random;
    }

    /**
     * What a request was dealt.
     *
     * @param experiment by which it was dealt
     * @param variant the name of the variant that answers it
     * @param unit the unit it belongs to, if it says so
     */
    public record Dealt(Experiment experiment, String variant, Optional<String> unit) {}

    /** The experiment. */
    public Experiment experiment() {
        return experiment;
    }

    /** Deals a request that says {@code lookup} of itself. */
    public Dealt deal(UnitLookup lookup) {
        Optional<String> unit = experiment.unit().flatMap(lookup::find);
        int bucket = unit.map(id -> Buckets.of(experiment.salt(), id)).orElseGet(this::draw);
        return new Dealt(experiment, buckets.owner(bucket), unit);
    }

    private int draw() {
        synchronized (random) {
            return random.nextInt(Buckets.COUNT);
        }
    }
}
