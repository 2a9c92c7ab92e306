package io.foldserve.serving.parity;

import io.foldserve.graph.GraphStructure;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.measure.PairedTiming;
import io.foldserve.serving.probe.Differences;
import io.foldserve.serving.probe.Outputs;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.ModelSession;
import io.foldserve.task.ServingGraph;
import io.foldserve.task.TaskKind;
import io.foldserve.tensor.Tensor;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Compares the variants of a model with its baseline: structure, size, answers, and latency in interleaved pairs on the
 * served sessions themselves. Keeps the last reports of each model.
 *
 * <p>Thread-safe; one measurement runs at a time. It runs beside the traffic, which slows both sides of each pair
 * alike.
 */
public final class Parity {
    private static final int IMAGES = 8;

    private final LongSupplier nanoClock;
    private final Clock clock;
    private final Supplier<RandomGenerator> randoms;
    private final ReentrantLock measuring = new ReentrantLock();
    private final Map<String, List<ParityReport>> latest = new ConcurrentHashMap<>();

    /**
     * Nothing is measured yet.
     *
     * @param nanoClock times the runs, in nanoseconds
     * @param clock dates the reports
     * @param randoms gives each measurement its seeded generator, for the order within pairs and the bootstrap
     */
    public Parity(LongSupplier nanoClock, Clock clock, Supplier<RandomGenerator> randoms) {
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.randoms = randoms;
    }

    /** The last reports of {@code model}, one per variant beside the baseline; empty if nothing was measured. */
    public List<ParityReport> latest(String model) {
        return latest.getOrDefault(model, List.of());
    }

    /** The last report of one variant, if there is one. */
    public Optional<ParityReport> latest(String model, String variant) {
        return latest(model).stream()
                .filter(report -> report.variant().equals(variant))
                .findFirst();
    }

    /** Keeps no report of {@code model} any more. */
    public void forget(String model) {
        latest.remove(model);
    }

    /**
     * Compares every other variant of {@code model} with its baseline and keeps the reports; none if it has no
     * baseline.
     *
     * @param duration how long latencies are timed for each variant; zero leaves them out
     * @throws ParityBusyException if a measurement is under way
     */
    public List<ParityReport> measure(ServedModel model, Duration duration) {
        if (!measuring.tryLock()) {
            throw new ParityBusyException();
        }
        try {
            ProbeImages probes = ProbeImages.of(model.task().preprocessing(), IMAGES);
            List<ParityReport> reports = model.baseline().stream()
                    .flatMap(baseline -> model.variants().stream()
                            .filter(variant -> !variant.equals(baseline))
                            .map(variant ->
                                    compare(variant, baseline, model.task().kind(), probes, duration)))
                    .toList();
            latest.put(model.name(), reports);
            return reports;
        } finally {
            measuring.unlock();
        }
    }

    private ParityReport compare(
            LoadedVariant variant, LoadedVariant baseline, TaskKind kind, ProbeImages probes, Duration duration) {
        List<String> differences = GraphStructure.differences(variant.structure(), baseline.structure());
        return new ParityReport(
                variant.name(),
                baseline.name(),
                differences.isEmpty(),
                differences,
                variant.facts().folded(),
                baseline.facts().folded(),
                kind == TaskKind.SEGMENTATION
                        ? maskAgreement(
                                variant.session().shared(), baseline.session().shared(), probes)
                        : classAgreement(
                                variant.session().shared(), baseline.session().shared(), probes),
                duration.isZero() ? Optional.empty() : Optional.of(time(variant, baseline, probes, duration)),
                clock.instant());
    }

    private LatencyRatio time(LoadedVariant variant, LoadedVariant baseline, ProbeImages probes, Duration duration) {
        return new PairedTiming(nanoClock, randoms.get())
                .measure(
                        pair -> variant.session().shared().run(probes.pixels(pair)),
                        pair -> baseline.session().shared().run(probes.pixels(pair)),
                        duration);
    }

    private static OutputAgreement classAgreement(ModelSession variant, ModelSession baseline, ProbeImages probes) {
        int same = 0;
        double difference = 0;
        double magnitude = 0;
        for (int image = 0; image < probes.count(); image++) {
            float[] ours = output(variant, probes, image, ServingGraph.LOGITS).toFloats();
            float[] theirs =
                    output(baseline, probes, image, ServingGraph.LOGITS).toFloats();
            same += Differences.best(ours) == Differences.best(theirs) ? 1 : 0;
            difference = Math.max(difference, Differences.largest(ours, theirs));
            magnitude = Math.max(magnitude, Differences.magnitude(List.of(theirs)));
        }
        return new OutputAgreement(probes.count(), (double) same / probes.count(), difference / magnitude);
    }

    private static OutputAgreement maskAgreement(ModelSession variant, ModelSession baseline, ProbeImages probes) {
        long same = 0;
        long pixels = 0;
        for (int image = 0; image < probes.count(); image++) {
            long[] ours = output(variant, probes, image, ServingGraph.MASK).toLongs();
            long[] theirs = output(baseline, probes, image, ServingGraph.MASK).toLongs();
            for (int pixel = 0; pixel < ours.length; pixel++) {
                same += ours[pixel] == theirs[pixel] ? 1 : 0;
            }
            pixels += ours.length;
        }
        return new OutputAgreement(probes.count(), (double) same / pixels, 0);
    }

    private static Tensor output(ModelSession session, ProbeImages probes, int image, String name) {
        return Outputs.expect(session.run(probes.pixels(image)), name);
    }
}
