package io.foldserve.serving.load;

import io.foldserve.graph.Graph;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides whether a variant gets a second session that spreads a run over all cores: only if it answers clearly sooner
 * than the one that it has, and with the same bits, so that an answer does not depend on the load.
 */
final class WideSession {
    /** A network that gains less on all cores is left on one: a second session holds its weights once more. */
    private static final double LEAST_GAIN = 0.8;

    private static final int TIMED_RUNS = 9;

    private WideSession() {}

    /** A session of {@code serving} with {@code settings} if it is worth having beside {@code proved}, else nothing. */
    static Optional<ModelSession> of(
            Graph serving, ModelSession proved, SessionSettings settings, ProbeImages images, LongSupplier nanoClock) {
        ModelSession wide = ModelSession.open(serving, settings);
        try {
            if (answersAlike(proved, wide, images)
                    && median(wide, images, nanoClock) <= LEAST_GAIN * median(proved, images, nanoClock)) {
                return Optional.of(wide);
            }
        } catch (RuntimeException | Error e) {
            wide.close();
            throw e;
        }
        wide.close();
        return Optional.empty();
    }

    private static boolean answersAlike(ModelSession proved, ModelSession wide, ProbeImages images) {
        for (int probe = 0; probe < images.count(); probe++) {
            Map<String, Tensor> expected = proved.run(images.pixels(probe));
            Map<String, Tensor> found = wide.run(images.pixels(probe));
            if (!expected.equals(found)) {
                return false;
            }
        }
        return true;
    }

    /** In nanoseconds; the first run, which allocates, is not among them. */
    private static long median(ModelSession session, ProbeImages images, LongSupplier nanoClock) {
        session.run(images.pixels(0));
        long[] nanos = new long[TIMED_RUNS];
        for (int run = 0; run < TIMED_RUNS; run++) {
            long start = nanoClock.getAsLong();
            session.run(images.pixels(run));
            nanos[run] = nanoClock.getAsLong() - start;
        }
        Arrays.sort(nanos);
        return nanos[TIMED_RUNS / 2];
    }
}
