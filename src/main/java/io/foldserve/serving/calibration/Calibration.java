package io.foldserve.serving.calibration;

import io.foldserve.fold.cost.CostModel;
import io.foldserve.serving.measure.RoundRobin;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures a {@link CostModel} on this machine: of each {@link TimedOperator}, what a longer chain takes more than a
 * short one. Takes about half a second. Stateless.
 */
final class Calibration {
    private static final Duration LONGEST = Duration.ofSeconds(1);

    // Slower or faster than the generic machine by more is no machine but a mistake.
    private static final double PLAUSIBLE = 100;

    // Kernels of these kinds run in the same inner loops, more or less.
    private static final double ALIKE = 5;

    // Of what an operator takes, at least this part is spent multiplying.
    private static final double LEAST_ARITHMETIC = 0.1;

    private Calibration() {}

    /** Empty if what was measured makes no sense, as on a machine that is too busy. */
    static Optional<CostModel> measure(SessionSettings settings, LongSupplier nanoClock) {
        List<ModelSession> sessions = new ArrayList<>();
        try {
            List<Runnable> runs = new ArrayList<>();
            for (TimedOperator probe : TimedOperator.values()) {
                Map<String, Tensor> input = Map.of(TimedOperator.INPUT, probe.input());
                for (int length : List.of(1, 1 + probe.steps())) {
                    ModelSession session = ModelSession.open(probe.chain(length), settings);
                    sessions.add(session);
                    runs.add(() -> session.run(input));
                }
            }
            return new RoundRobin(nanoClock).measure(runs, LONGEST).flatMap(nanos -> model(perStep(nanos)));
        } finally {
            sessions.forEach(ModelSession::close);
        }
    }

    private static Map<TimedOperator, Double> perStep(double[] nanos) {
        Map<TimedOperator, Double> perStep = new EnumMap<>(TimedOperator.class);
        int at = 0;
        for (TimedOperator probe : TimedOperator.values()) {
            perStep.put(probe, (nanos[at + 1] - nanos[at]) / probe.steps());
            at += 2;
        }
        return perStep;
    }

    /** The model by which each operator takes {@code nanos}; empty if one takes no time, or if it is not plausible. */
    static Optional<CostModel> model(Map<TimedOperator, Double> nanos) {
        if (nanos.values().stream().anyMatch(each -> !(each > 0))) {
            return Optional.empty();
        }
        double launch = of(nanos, TimedOperator.LAUNCH);
        double addition = of(nanos, TimedOperator.ADDITION);
        double moved = Math.max(addition - launch, LEAST_ARITHMETIC * addition) / TimedOperator.ADDITION.bytes();
        CostModel model = new CostModel(
                perMac(nanos, TimedOperator.POINTWISE, moved, launch),
                perMac(nanos, TimedOperator.DENSE, moved, launch),
                perMac(nanos, TimedOperator.LARGE, moved, launch),
                perMac(nanos, TimedOperator.GROUPED, moved, launch),
                perMac(nanos, TimedOperator.DEPTHWISE, moved, launch),
                perMac(nanos, TimedOperator.PRODUCT, moved, launch),
                moved,
                launch);
        return Optional.of(model).filter(Calibration::isPlausible);
    }

    private static double perMac(Map<TimedOperator, Double> nanos, TimedOperator probe, double moved, double launch) {
        double all = of(nanos, probe);
        return Math.max(all - probe.bytes() * moved - launch, LEAST_ARITHMETIC * all) / probe.macs();
    }

    private static double of(Map<TimedOperator, Double> nanos, TimedOperator probe) {
        return Optional.ofNullable(nanos.get(probe)).orElseThrow();
    }

    /**
     * True when no price is more than a hundred times higher or lower than the generic one, dense kernels of all sizes
     * are alike, and grouped ones not much cheaper.
     */
    static boolean isPlausible(CostModel model) {
        double least = Math.min(model.dense(), Math.min(model.pointwise(), model.large()));
        double most = Math.max(model.dense(), Math.max(model.pointwise(), model.large()));
        if (most > ALIKE * least || model.grouped() * ALIKE < least) {
            return false;
        }
        double[] found = model.prices();
        double[] generic = CostModel.GENERIC.prices();
        for (int i = 0; i < found.length; i++) {
            if (found[i] > PLAUSIBLE * generic[i] || found[i] * PLAUSIBLE < generic[i]) {
                return false;
            }
        }
        return true;
    }
}
