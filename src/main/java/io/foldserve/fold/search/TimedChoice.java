package io.foldserve.fold.search;

import io.foldserve.fold.cost.Stopwatch;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.TimedPair;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the candidate by which a value is computed: the one that is predicted to be cheapest, unless a stopwatch
 * finds that the next, predicted to take less than {@value #NEAR} times as long, is faster. Islands of the same
 * geometry are timed once, and no more than {@value #MOST} of them in a network.
 *
 * <p>Not thread-safe; belongs to one fold.
 */
final class TimedChoice {
    private static final double NEAR = 1.15;
    private static final int MOST = 12;

    /** What is chosen, and the timing that decided, if one did. */
    record Choice(Candidate candidate, Optional<TimedPair> timed) {}

    private final GraphFacts training;
    private final LinearForms.Result found;
    private final Optional<Stopwatch> stopwatch;
    private final Map<String, Optional<TimedPair>> timed = new HashMap<>();

    TimedChoice(GraphFacts training, LinearForms.Result found, Optional<Stopwatch> stopwatch) {
        this.training = training;
        this.found = found;
        this.stopwatch = stopwatch;
    }

    /** How the value of {@code node}, of which forms were found, is computed. */
    Choice choose(Node node) {
        Candidate favourite = found.candidates().best(node);
        Optional<Candidate> rival = stopwatch.isPresent() ? rival(node, favourite) : Optional.empty();
        Optional<TimedPair> pair = rival.flatMap(other -> time(node, favourite, other));
        if (pair.isEmpty()) {
            return new Choice(favourite, pair);
        }
        boolean lost = pair.get().rivalWins();
        Candidate winner = lost ? rival.orElseThrow() : favourite;
        Candidate loser = lost ? favourite : rival.orElseThrow();
        if (!winner.isIsland() && !loser.isAsItIs()) {
            double apart = lost ? pair.get().rivalNanos() : pair.get().favouriteNanos();
            double together = lost ? pair.get().favouriteNanos() : pair.get().rivalNanos();
            found.refusals().timed(node, loser.form(), together, apart);
        }
        return new Choice(winner, pair);
    }

    // What is predicted to cost the same is the same but for its history.
    private Optional<Candidate> rival(Node node, Candidate favourite) {
        return found.candidates().all(node).stream()
                .filter(other -> other.isIsland() || favourite.isIsland())
                .filter(other -> other.cost() > favourite.cost() * (1 + FormChoice.EQUAL))
                .filter(other -> other.cost() < favourite.cost() * NEAR)
                .min(Comparator.comparingDouble(Candidate::cost));
    }

    private Optional<TimedPair> time(Node node, Candidate favourite, Candidate rival) {
        Graph one = TrialGraph.of(training, found, node, favourite);
        Graph other = TrialGraph.of(training, found, node, rival);
        String geometry = one.name() + other.name();
        if (!timed.containsKey(geometry) && timed.size() < MOST) {
            timed.put(geometry, stopwatch.flatMap(watch -> watch.time(one, other)));
        }
        return Optional.ofNullable(timed.get(geometry)).flatMap(pair -> pair);
    }
}
