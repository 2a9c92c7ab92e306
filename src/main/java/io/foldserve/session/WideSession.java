package io.foldserve.session;

import io.foldserve.graph.Graph;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides whether a network gets a second session that spreads a run over all cores: only if it answers clearly sooner
 * than the one that it has, and with the same bits, so that an answer does not depend on the load.
 */
final class WideSession {
    /** A network that gains less on all cores is left on one: a second session holds its weights once more. */
    private static final double LEAST_GAIN = 0.8;

    private static final int NEWEST_PAIRS = 15;
    private static final int MOST_PAIRS = 100;

    private WideSession() {}

    /**
     * A session of {@code graph} with {@code settings} if it is worth having beside {@code proved}, else nothing.
     *
     * @param inputs of a run, at least one
     * @param turn is asked for before each pair of runs
     */
    static Optional<ModelSession> of(
            Graph graph,
            ModelSession proved,
            SessionSettings settings,
            List<Map<String, Tensor>> inputs,
            LongSupplier nanoClock,
            ElasticSession.Turn turn)
            throws InterruptedException {
        ModelSession wide = ModelSession.open(graph, settings);
        try {
            if (answersAlike(proved, wide, inputs) && answersSooner(proved, wide, inputs, nanoClock, turn)) {
                return Optional.of(wide);
            }
        } catch (RuntimeException | Error | InterruptedException e) {
            wide.close();
            throw e;
        }
        wide.close();
        return Optional.empty();
    }

    private static boolean answersAlike(ModelSession proved, ModelSession wide, List<Map<String, Tensor>> inputs) {
        return inputs.stream().allMatch(input -> proved.run(input).equals(wide.run(input)));
    }

    /**
     * In turns, so that whatever else the machine does slows both alike; of the newest pairs the lower quartiles
     * decide. Other work, such as a virtual machine that still compiles, takes from the run on all cores most, so that
     * no is only said after a while.
     */
    private static boolean answersSooner(
            ModelSession proved,
            ModelSession wide,
            List<Map<String, Tensor>> inputs,
            LongSupplier nanoClock,
            ElasticSession.Turn turn)
            throws InterruptedException {
        long[] alone = new long[NEWEST_PAIRS];
        long[] shared = new long[NEWEST_PAIRS];
        for (int pair = 0; pair < MOST_PAIRS; pair++) {
            Map<String, Tensor> input = inputs.get(pair % inputs.size());
            int place = pair % NEWEST_PAIRS;
            turn.take(() -> {
                alone[place] = nanos(wide, input, nanoClock);
                shared[place] = nanos(proved, input, nanoClock);
            });
            if (pair >= NEWEST_PAIRS - 1 && lowerQuartile(alone) <= LEAST_GAIN * lowerQuartile(shared)) {
                return true;
            }
        }
        return false;
    }

    private static long nanos(ModelSession session, Map<String, Tensor> input, LongSupplier nanoClock) {
        long start = nanoClock.getAsLong();
        session.run(input);
        return nanoClock.getAsLong() - start;
    }

    private static long lowerQuartile(long[] nanos) {
        return Arrays.stream(nanos).sorted().skip(nanos.length / 4).findFirst().orElseThrow();
    }
}
