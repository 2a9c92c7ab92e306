package io.foldserve.serving.calibration;

import io.foldserve.fold.cost.Stopwatch;
import io.foldserve.fold.result.TimedPair;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.measure.PairedTiming;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionException;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Times two graphs in sessions like those that serve, in interleaved pairs for a tenth of a second. Remembers what it
 * timed, so that equal graphs of other networks are decided alike.
 *
 * <p>Thread-safe: pairs are timed one after another.
 */
final class SessionStopwatch implements Stopwatch {
    private static final Duration LENGTH = Duration.ofMillis(100);
    private static final long SLOWEST_NANOS = 50_000_000;
    private static final long SEED = 2026;

    private final SessionSettings settings;
    private final LongSupplier nanoClock;
    private final Map<String, Optional<TimedPair>> known = new HashMap<>();

    SessionStopwatch(SessionSettings settings, LongSupplier nanoClock) {
        this.settings = settings;
        this.nanoClock = nanoClock;
    }

    @Override
    public synchronized Optional<TimedPair> time(Graph favourite, Graph rival) {
        Optional<TimedPair> pair = known(favourite, rival).orElseGet(() -> timed(favourite, rival));
        known.put(names(favourite, rival), pair);
        return pair;
    }

    /** What {@link #time} returned for these before, which may be nothing; empty if it was not asked. */
    synchronized Optional<Optional<TimedPair>> known(Graph favourite, Graph rival) {
        return Optional.ofNullable(known.get(names(favourite, rival)));
    }

    private static String names(Graph favourite, Graph rival) {
        return favourite.name() + " " + rival.name();
    }

    private Optional<TimedPair> timed(Graph favourite, Graph rival) {
        Value input = favourite.inputs().get(0);
        Map<String, Tensor> x =
                Map.of(input.name(), NormalTensor.of(input.shape().orElseThrow(), SEED, 1));
        try (ModelSession first = ModelSession.open(favourite, settings);
                ModelSession second = ModelSession.open(rival, settings)) {
            first.run(x);
            second.run(x);
            long start = nanoClock.getAsLong();
            first.run(x);
            second.run(x);
            if (nanoClock.getAsLong() - start > SLOWEST_NANOS) {
                return Optional.empty();
            }
            return Optional.of(decided(new PairedTiming(nanoClock, new SplittableRandom(SEED))
                    .measure(pair -> second.run(x), pair -> first.run(x), LENGTH)));
        } catch (SessionException | InvalidInputException e) {
            // What cannot be run alone is not timed; whether the network can be run is for the network's own session to
            // say.
            return Optional.empty();
        }
    }

    // The prediction stands unless the rival is faster beyond doubt.
    private static TimedPair decided(LatencyRatio ratio) {
        return new TimedPair(ratio.referenceNanos(), ratio.subjectNanos(), ratio.high() < 1);
    }
}
