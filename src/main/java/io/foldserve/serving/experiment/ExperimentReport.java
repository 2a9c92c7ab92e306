package io.foldserve.serving.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.foldserve.serving.comparison.Figure;
import io.foldserve.serving.meter.Stage;
import io.foldserve.statistics.PairedTable;
import io.foldserve.statistics.Verdict;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment has shown so far. Immutable.
 *
 * @param model the model's name
 * @param experiment the experiment in the keys of the manifest; of a model that declares none, what stands for it
 * @param declared whether the manifest or a call declares it
 * @param countedBy {@code all}, every process that shares the store, or {@code this} one since its start, while the
 *     store is gone
 * @param assignment how many requests, or units, each variant was dealt
 * @param variants each variant's accuracy and times, in the manifest's order
 * @param pairs each other variant beside the baseline
 * @param verdict what it comes to, in a sentence
 * @param history how it went since this process began, the oldest moment first
 */
public record ExperimentReport(
        String model,
        Map<String, @Nullable Object> experiment,
        boolean declared,
        String countedBy,
        Assigned assignment,
        List<Variant> variants,
        List<Pair> pairs,
        String verdict,
        List<Moment> history) {

    /**
     * What was known at one moment; a variant of which nothing was known yet is left out.
     *
     * @param at when
     * @param inferMillis by variant, the median time of the network's run in milliseconds
     * @param accuracy by variant, of the answers with feedback
     * @param agreement by variant, with the baseline; of masks the mean IoU of one with the other
     * @param eValue by variant, the evidence that it differs from the baseline
     */
    public record Moment(
            Instant at,
            Map<String, Double> inferMillis,
            Map<String, Double> accuracy,
            Map<String, Double> agreement,
            Map<String, Double> eValue) {}

    /**
     * How requests were dealt under the present shares.
     *
     * @param requests by variant
     * @param units different units by variant, of this process; empty if requests have none
     * @param sampleRatio the p-value of the units, else of the requests, under the shares
     * @param isBroken whether the split is not what it should be
     */
    public record Assigned(Map<String, Long> requests, Map<String, Long> units, Figure sampleRatio, boolean isBroken) {}

    /**
     * One variant.
     *
     * @param name its name
     * @param baseline whether the others are compared with it
     * @param accuracy of the answers with feedback; of masks the mean over pictures of their mean IoU
     * @param latency by stage
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Variant(String name, boolean baseline, Optional<Figure> accuracy, Map<String, Times> latency) {}

    /**
     * How long a stage takes, within 2 %.
     *
     * @param n how many were timed
     * @param p50 the median in milliseconds
     * @param p90 the time in milliseconds that 9 of 10 do not exceed
     * @param p99 the time in milliseconds that 99 of 100 do not exceed
     */
    public record Times(long n, double p50, double p90, double p99) {}

    /**
     * A variant beside the baseline.
     *
     * @param variant the variant
     * @param baseline the baseline
     * @param figures by their names: agreement, kappa, latencyRatio, difference, eValue, mcnemar
     * @param table who was right, of the pictures that both answered and of which the right answer was told
     * @param outcome which of the few things that can come out; {@code FIRST} is the variant
     * @param verdict the same in a sentence
     */
    public record Pair(
            String variant,
            String baseline,
            Map<String, Figure> figures,
            PairedTable table,
            Verdict.Outcome outcome,
            String verdict) {}

    /** What is known at the moment {@code at}. */
    Moment moment(Instant at) {
        Map<String, Double> millis = new LinkedHashMap<>();
        Map<String, Double> accuracy = new LinkedHashMap<>();
        for (Variant variant : variants) {
            Optional.ofNullable(variant.latency().get(Stage.INFER.tag()))
                    .ifPresent(times -> millis.put(variant.name(), times.p50()));
            variant.accuracy().ifPresent(figure -> accuracy.put(variant.name(), figure.value()));
        }
        Map<String, Double> agreement = figures("agreement");
        agreement.putAll(figures("maskAgreement"));
        return new Moment(at, millis, accuracy, agreement, figures("eValue"));
    }

    private Map<String, Double> figures(String name) {
        Map<String, Double> values = new LinkedHashMap<>();
        pairs.forEach(pair -> Optional.ofNullable(pair.figures().get(name))
                .ifPresent(figure -> values.put(pair.variant(), figure.value())));
        return values;
    }

    /** The same with its history. */
    ExperimentReport with(List<Moment> moments) {
        return new ExperimentReport(
                model, experiment, declared, countedBy, assignment, variants, pairs, verdict, moments);
    }
}
