package io.foldserve.serving.experiment;

import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.comparison.Figure;
import io.foldserve.serving.experiment.ExperimentReport.Assigned;
import io.foldserve.serving.experiment.ExperimentReport.Pair;
import io.foldserve.serving.experiment.ExperimentReport.Times;
import io.foldserve.serving.experiment.ExperimentReport.Variant;
import io.foldserve.serving.meter.Stage;
import io.foldserve.statistics.CohensKappa;
import io.foldserve.statistics.ConfidenceSequence;
import io.foldserve.statistics.EValue;
import io.foldserve.statistics.Estimate;
import io.foldserve.statistics.McNemar;
import io.foldserve.statistics.Newcombe;
import io.foldserve.statistics.PairedTable;
import io.foldserve.statistics.Proportion;
import io.foldserve.statistics.SampleRatio;
import io.foldserve.statistics.Verdict;
import io.foldserve.task.TaskKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the report of an experiment from its counts. Immutable. */
final class Reporter {
    private static final double NANOS_A_MILLI = 1e6;

    private final ServedModel model;
    private final Experiment experiment;
    private final Tallies tallies;
    private final Map<String, Long> units;
    private final String baseline;

    /** Of {@code tallies}, and of the {@code units} that each variant was dealt. */
    Reporter(ServedModel model, Tallies tallies, Map<String, Long> units) {
        this.model = model;
        this.experiment = model.experiment();
        this.tallies = tallies;
        this.units = units;
        this.baseline = Baseline.of(model);
    }

    ExperimentReport report(String countedBy) {
        List<Pair> pairs = new ArrayList<>();
        SampleRatio ratio = sampleRatio();
        experiment.variants().stream()
                .filter(variant -> !variant.equals(baseline))
                .forEach(variant -> pairs.add(pair(variant, ratio)));
        return new ExperimentReport(
                model.name(),
                ExperimentText.keys(experiment),
                experiment.isDeclared(),
                countedBy,
                assigned(ratio),
                experiment.variants().stream().map(this::variant).toList(),
                pairs,
                pairs.isEmpty()
                        ? "there is only one variant"
                        : pairs.stream().map(Pair::verdict).distinct().collect(Collectors.joining("; ")),
                List.of());
    }

    private Map<String, Long> requests() {
        Map<String, Long> requests = new LinkedHashMap<>();
        String shares = Recorder.shares(experiment);
        experiment.variants().forEach(name -> requests.put(name, tallies.get(CountName.ASSIGNED, shares, name)));
        return requests;
    }

    private SampleRatio sampleRatio() {
        Map<String, Long> dealt = experiment.unit().isPresent() ? units : requests();
        List<Long> counts = experiment.variants().stream()
                .map(name -> dealt.getOrDefault(name, 0L))
                .toList();
        return SampleRatio.of(counts, List.copyOf(experiment.shares().values()));
    }

    private Assigned assigned(SampleRatio ratio) {
        boolean isSticky = experiment.unit().isPresent();
        Map<String, Long> requests = requests();
        Map<String, Long> counted = isSticky ? units : requests;
        return new Assigned(
                requests,
                isSticky ? units : Map.of(),
                Figure.of(
                        ratio.pValue(),
                        counted.values().stream().mapToLong(Long::longValue).sum(),
                        "p-value of the %s under the shares (χ²; Fabijan et al. 2019); below 0.001 the split is broken"
                                .formatted(isSticky ? "units of this process" : "requests")),
                ratio.isAlarm());
    }

    private Variant variant(String name) {
        Map<String, Times> latency = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            LatencySketch sketch = tallies.latency(name, stage.tag());
            if (sketch.n() > 0) {
                latency.put(
                        stage.tag(),
                        new Times(sketch.n(), millis(sketch, 0.5), millis(sketch, 0.9), millis(sketch, 0.99)));
            }
        }
        return new Variant(name, name.equals(baseline), accuracy(name), latency);
    }

    private static double millis(LatencySketch sketch, double quantile) {
        return Math.round(sketch.quantile(quantile)) / NANOS_A_MILLI;
    }

    private boolean segments() {
        return model.task().kind() == TaskKind.SEGMENTATION;
    }

    private Optional<Figure> accuracy(String name) {
        return tallies.right(name)
                .map(right -> segments()
                        ? Figure.of(
                                tallies.sum(CountName.IOU, name) / right.n(),
                                right.n(),
                                "mean over the pictures with a right mask of the mean IoU with it")
                        : Figure.of(right, "share of the answers with feedback that were right"));
    }

    private Pair pair(String variant, SampleRatio ratio) {
        PairedTable table = tallies.table(variant, baseline);
        Map<String, Figure> figures = new LinkedHashMap<>();
        agreement(variant, figures);
        tallies.ratio(variant, baseline).ifPresent(median -> figures.put("latencyRatio", median));
        if (table.n() > 0) {
            tests(variant, table, figures);
        }
        Verdict verdict = verdict(variant, table, ratio);
        return new Pair(variant, baseline, figures, table, verdict.outcome(), verdict.sentence());
    }

    private void agreement(String variant, Map<String, Figure> figures) {
        Optional<Proportion> agreement = tallies.agreement(variant, baseline);
        agreement.ifPresent(share -> {
            figures.put(
                    "agreement",
                    Figure.of(
                            share,
                            segments()
                                    ? "share of pictures whose masks have a mean IoU of at least 0.9 with each other"
                                    : "share of pictures given the same best class"));
            if (segments()) {
                figures.put(
                        "maskAgreement",
                        Figure.of(
                                tallies.sum(CountName.MASK_AGREEMENT, variant, baseline) / share.n(),
                                share.n(),
                                "mean over the pictures of the mean IoU of one mask with the other"));
            } else {
                figures.put(
                        "kappa",
                        Figure.of(
                                CohensKappa.of(tallies.confusion(variant, baseline)),
                                share.n(),
                                "agreement beyond chance (Cohen 1960); 95 % interval of Fleiss, Cohen, Everitt 1969"));
            }
        });
    }

    private void tests(String variant, PairedTable table, Map<String, Figure> figures) {
        figures.put(
                "difference",
                segments()
                        ? Figure.of(
                                iouDifference(variant, table),
                                table.n(),
                                "mean IoU less the baseline's on the same pictures; holds however often one looks")
                        : Figure.of(
                                Newcombe.paired(table),
                                table.n(),
                                "accuracy less the baseline's on the same pictures; 95 % for a single look"
                                        + " (Newcombe 1998, method 10)"));
        figures.put(
                "eValue",
                Figure.of(
                        EValue.of(table).value(),
                        table.discordant(),
                        "B(½+b, ½+c)/B(½, ½)·2^(b+c) of the pictures that one answers better;"
                                + " may be looked at after every picture, 20 decides at 5 % (Ville 1939)"));
        figures.put(
                "mcnemar",
                Figure.of(
                        McNemar.of(table).midP(),
                        table.discordant(),
                        "two-sided mid-p-value (McNemar 1947; Fagerland et al. 2013); for a single look"));
    }

    private Estimate iouDifference(String variant, PairedTable table) {
        return ConfidenceSequence.mean(
                table.n(),
                tallies.sum(CountName.IOU_DIFFERENCE, variant, baseline),
                tallies.sum(CountName.IOU_SQUARES, variant, baseline));
    }

    /** By the pairs if there are any with feedback, else by the answers with feedback of either variant. */
    private Verdict verdict(String variant, PairedTable table, SampleRatio ratio) {
        if (ratio.isAlarm()) {
            return Verdict.broken(ratio);
        }
        if (table.n() > 0) {
            return segments()
                    ? Verdict.once(variant, baseline, "mean IoU", iouDifference(variant, table), experiment.margin())
                    : Verdict.paired(variant, baseline, table, experiment.margin());
        }
        Optional<Proportion> ours = tallies.right(variant);
        Optional<Proportion> theirs = tallies.right(baseline);
        return ours.isPresent() && theirs.isPresent()
                ? Verdict.unpaired(
                        variant, baseline, ours.orElseThrow(), theirs.orElseThrow(), ratio, experiment.margin())
                : new Verdict(
                        Verdict.Outcome.UNDECIDED,
                        "undecided: there is no feedback yet on answers of both %s and %s"
                                .formatted(variant, baseline));
    }
}
