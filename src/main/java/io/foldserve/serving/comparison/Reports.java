package io.foldserve.serving.comparison;

import io.foldserve.serving.comparison.Report.PairReport;
import io.foldserve.serving.comparison.Report.VariantReport;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.task.TaskKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes of what was counted what is told. */
public final class Reports {
    private Reports() {}

    /**
     * The report of {@code tally}.
     *
     * @param margin how large a difference of accuracy or mIoU still counts as none, as a share
     * @param latency the time of each other variant relative to the baseline, by the variant's number; none if it was
     *     not measured
     */
    public static Report of(Tally tally, double margin, Map<Integer, LatencyRatio> latency) {
        Subject subject = tally.subject();
        TaskReport task = subject.task() == TaskKind.SEGMENTATION
                ? new SegmentationReport(tally)
                : new ClassificationReport(tally);
        List<VariantReport> variants = IntStream.range(0, subject.variants().size())
                .mapToObj(variant -> new VariantReport(subject.variants().get(variant), task.variant(variant)))
                .toList();
        List<PairReport> pairs = IntStream.range(0, subject.variants().size())
                .filter(variant -> variant != subject.baseline())
                .mapToObj(variant -> pair(variant, tally, task, margin, Optional.ofNullable(latency.get(variant))))
                .toList();
        return new Report(
                subject.model(),
                subject.task().name().toLowerCase(Locale.ROOT),
                tally.pictures(),
                tally.labelled(),
                tally.unreadable(),
                variants,
                task.classes(),
                pairs);
    }

    private static PairReport pair(
            int variant, Tally tally, TaskReport task, double margin, Optional<LatencyRatio> latency) {
        Subject subject = tally.subject();
        Map<String, Figure> figures = new LinkedHashMap<>(task.pair(variant));
        latency.ifPresent(ratio -> figures.put(
                "latencyRatio",
                new Figure(
                        ratio.median(),
                        List.of(ratio.low(), ratio.high()),
                        ratio.pairs(),
                        "median time relative to the baseline of interleaved runs, one thread; 95 % bootstrap interval,"
                                + " which leaves out that sessions of one network differ by their place in memory")));
        return new PairReport(
                subject.variants().get(variant),
                subject.variants().get(subject.baseline()),
                task.table(variant),
                figures,
                task.verdict(variant, margin),
                tally.disagreements().of(variant));
    }
}
