package io.foldserve.serving.meter;

import java.util.List;

/**
 * Every meter of the service. Tag values come from bounded sets: the manifests' model and variant names, and the
 * constants of {@link Stage}, {@link Outcome} and the fold rules.
 */
public enum MeterName {
    /** Timer. */
    REQUEST_DURATION(
            "foldserve.request.duration",
            "From acceptance of a request to its answer, or from its head to its refusal, by outcome",
            "model",
            "variant",
            "outcome"),
    /** Timer. */
    STAGE_DURATION(
            "foldserve.stage.duration",
            "Each stage of a request: queue, decode, preprocess, infer, postprocess",
            "model",
            "variant",
            "stage"),
    /** Counter. */
    REQUESTS_REJECTED("foldserve.requests.rejected", "Requests that were not answered, by outcome", "model", "outcome"),
    /** Counter. */
    EXPERIMENT_ASSIGNED(
            "foldserve.experiment.assigned",
            "Requests that were dealt to a variant by unit or at random; none that named their variant",
            "model",
            "variant"),
    /** Counter. */
    SHADOW(
            "foldserve.shadow",
            "Answers of the variant that were, or were to be, compared with the others' in an idle moment, by outcome",
            "model",
            "variant",
            "outcome"),
    /** Counter. */
    PAIR(
            "foldserve.pair",
            "Pictures that the variant and the baseline both answered, by whether they agree",
            "model",
            "variant",
            "baseline",
            "agree"),
    /** Distribution. */
    PAIR_LATENCY_RATIO(
            "foldserve.pair.latency.ratio",
            "Time of the variant's run relative to the baseline's on the same picture, in idle moments",
            "model",
            "variant",
            "baseline"),
    /** Counter. */
    FEEDBACK(
            "foldserve.feedback",
            "Answers of the variant of which the right answer was told, by whether they were right",
            "model",
            "variant",
            "correct"),
    /** Counter. */
    FEEDBACK_PAIR(
            "foldserve.feedback.pair",
            "Pictures that both answered and of which the right answer was told, by who was right",
            "model",
            "variant",
            "baseline",
            "cell"),
    /** Counter. */
    EXPERIMENT_LOST(
            "foldserve.experiment.lost",
            "Answers and counts that were lost: more came than are kept while the store is gone, or than are handled"),
    /** Gauge. */
    QUEUE_DEPTH("foldserve.queue.depth", "Accepted requests that wait for a worker"),
    /** Gauge. */
    FOLD_LAYERS("foldserve.fold.layers", "Layers folded, by rule", "model", "variant", "rule"),
    /** Gauge. */
    FOLD_PARAMETERS(
            "foldserve.fold.parameters",
            "Parameters of the training form and of the folded form",
            "model",
            "variant",
            "form"),
    /** Gauge. */
    FOLD_MACS(
            "foldserve.fold.macs",
            "Multiply-accumulates of one image, of the training form and of the folded form",
            "model",
            "variant",
            "form"),
    /** Gauge. */
    FOLD_ERROR(
            "foldserve.fold.error",
            "Largest difference of the folded from the training form on the probes, relative to the largest output",
            "model",
            "variant"),
    /** Gauge. */
    PARITY_LATENCY_RATIO(
            "foldserve.parity.latency.ratio",
            "Median latency of the variant relative to its model's baseline, in interleaved pairs",
            "model",
            "variant"),
    /** Gauge. */
    PARITY_LATENCY_RATIO_LOW(
            "foldserve.parity.latency.ratio.low",
            "Lower end of the latency ratio's bootstrap 95 % interval",
            "model",
            "variant"),
    /** Gauge. */
    PARITY_LATENCY_RATIO_HIGH(
            "foldserve.parity.latency.ratio.high",
            "Upper end of the latency ratio's bootstrap 95 % interval",
            "model",
            "variant"),
    /** Gauge. */
    VARIANT_READY(
            "foldserve.variant.ready",
            "1 when the variant is loaded, verified, warmed and served, else 0",
            "model",
            "variant"),
    /** Gauge. */
    MODEL_STATE(
            "foldserve.model.state",
            "1 for the state of the model's folder, and for stale beside ready when the files there now failed to load",
            "model",
            "state");

    private final String id;
    private final String meaning;
    // A List.of, which the checker cannot know to be immutable.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> tags;

    MeterName(String id, String meaning, String... tags) {
        this.id = id;
        this.meaning = meaning;
        this.tags = List.of(tags);
    }

    /** The meter's name as Micrometer spells it; Prometheus turns dots into underscores. */
    public String id() {
        return id;
    }

    /** What one value means. */
    public String meaning() {
        return meaning;
    }

    /** The keys of the tags, in order. */
    public List<String> tags() {
        return tags;
    }
}
