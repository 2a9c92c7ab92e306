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
import io.foldserve.task.PreparedImage;
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
    private final ShippedPictures pictures;
    private final ReentrantLock measuring = new ReentrantLock();
    private final Map<String, List<ParityReport>> latest = new ConcurrentHashMap<>();
    private final Map<String, ParityCertificate> certificates = new ConcurrentHashMap<>();

    /**
     * Nothing is measured yet.
     *
     * @param nanoClock times the runs, in nanoseconds
     * @param clock dates the reports
     * @param randoms gives each measurement its seeded generator, for the order within pairs and the bootstrap
     * @param pictures what answers are compared on
     */
    public Parity(LongSupplier nanoClock, Clock clock, Supplier<RandomGenerator> randoms, ShippedPictures pictures) {
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.randoms = randoms;
        this.pictures = pictures;
    }

    /** The last reports of {@code model}, one per variant beside the baseline; empty if nothing was measured. */
    public List<ParityReport> latest(String model) {
        return latest.getOrDefault(model, List.of()).stream()
                .map(report -> report.with(Optional.ofNullable(certificates.get(model + "/" + report.variant()))))
                .toList();
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
        certificates.keySet().removeIf(variant -> variant.startsWith(model + "/"));
    }

    /** Keeps the certificate of a variant. */
    void certify(String model, String variant, ParityCertificate certificate) {
        certificates.put(model + "/" + variant, certificate);
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
            List<PreparedImage> shipped = pictures.of(model);
            List<ParityReport> reports = model.baseline().stream()
                    .flatMap(baseline -> model.variants().stream()
                            .filter(variant -> !variant.equals(baseline))
                            .map(variant -> compare(
                                    variant, baseline, agreement(model, variant, baseline, shipped), probes, duration)))
                    .toList();
            latest.put(model.name(), reports);
            return latest(model.name());
        } finally {
            measuring.unlock();
        }
    }

    private ParityReport compare(
            LoadedVariant variant,
            LoadedVariant baseline,
            Optional<OutputAgreement> agreement,
            ProbeImages probes,
            Duration duration) {
        List<String> differences = GraphStructure.differences(variant.structure(), baseline.structure());
        return new ParityReport(
                variant.name(),
                baseline.name(),
                differences.isEmpty(),
                differences,
                variant.facts().folded(),
                baseline.facts().folded(),
                agreement,
                duration.isZero() ? Optional.empty() : Optional.of(time(variant, baseline, probes, duration)),
                Optional.empty(),
                clock.instant());
    }

    private LatencyRatio time(LoadedVariant variant, LoadedVariant baseline, ProbeImages probes, Duration duration) {
        return new PairedTiming(nanoClock, randoms.get())
                .measure(
                        pair -> variant.session().shared().run(probes.pixels(pair)),
                        pair -> baseline.session().shared().run(probes.pixels(pair)),
                        duration);
    }

    private static Optional<OutputAgreement> agreement(
            ServedModel model, LoadedVariant variant, LoadedVariant baseline, List<PreparedImage> pictures) {
        if (pictures.isEmpty()) {
            return Optional.empty();
        }
        ModelSession ours = variant.session().shared();
        ModelSession theirs = baseline.session().shared();
        return Optional.of(
                model.task().kind() == TaskKind.SEGMENTATION
                        ? maskAgreement(ours, theirs, pictures)
                        : classAgreement(ours, theirs, pictures));
    }

    private static OutputAgreement classAgreement(
            ModelSession variant, ModelSession baseline, List<PreparedImage> pictures) {
        int same = 0;
        double difference = 0;
        double magnitude = 0;
        for (PreparedImage picture : pictures) {
            float[] ours = output(variant, picture, ServingGraph.LOGITS).toFloats();
            float[] theirs = output(baseline, picture, ServingGraph.LOGITS).toFloats();
            same += Differences.best(ours) == Differences.best(theirs) ? 1 : 0;
            difference = Math.max(difference, Differences.largest(ours, theirs));
            magnitude = Math.max(magnitude, Differences.magnitude(List.of(theirs)));
        }
        return new OutputAgreement(pictures.size(), (double) same / pictures.size(), difference / magnitude);
    }

    private static OutputAgreement maskAgreement(
            ModelSession variant, ModelSession baseline, List<PreparedImage> pictures) {
        long same = 0;
        long pixels = 0;
        for (PreparedImage picture : pictures) {
            long[] ours = output(variant, picture, ServingGraph.MASK).toLongs();
            long[] theirs = output(baseline, picture, ServingGraph.MASK).toLongs();
            for (int pixel = 0; pixel < ours.length; pixel++) {
                same += ours[pixel] == theirs[pixel] ? 1 : 0;
            }
            pixels += ours.length;
        }
        return new OutputAgreement(pictures.size(), (double) same / pixels, 0);
    }

    private static Tensor output(ModelSession session, PreparedImage picture, String name) {
        return Outputs.expect(session.run(picture.inputs()), name);
    }
}
