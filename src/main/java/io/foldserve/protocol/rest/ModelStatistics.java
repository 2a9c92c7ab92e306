package io.foldserve.protocol.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.NamedModel;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.serving.meter.Stage;
import java.util.Arrays;
import java.util.List;

/**
 * How a model's requests went, of both protocols and all variants, as the protocol's extension spells it.
 *
 * @param models the one model that was asked for
 */
public record ModelStatistics(@JsonProperty("model_stats") List<ModelCounts> models) {
    /**
     * One model.
     *
     * @param name the name it was asked for under
     * @param version its only version
     * @param inferences how many requests were run
     * @param executions the same, since no requests are run together
     * @param durations the requests and their stages
     */
    public record ModelCounts(
            String name,
            String version,
            @JsonProperty("inference_count") long inferences,
            @JsonProperty("execution_count") long executions,
            @JsonProperty("inference_stats") Durations durations) {}

    /**
     * The requests and their stages.
     *
     * @param success answered requests
     * @param fail refused ones
     * @param queue their waiting
     * @param input the decoding and preprocessing
     * @param infer the network's run
     * @param output what followed
     */
    public record Durations(
            Duration success,
            Duration fail,
            Duration queue,
            @JsonProperty("compute_input") Duration input,
            @JsonProperty("compute_infer") Duration infer,
            @JsonProperty("compute_output") Duration output) {}

    /**
     * A number of requests and what they took.
     *
     * @param count how many
     * @param ns nanoseconds of all together
     */
    public record Duration(long count, long ns) {
        private static Duration of(RequestMeters.Total total) {
            return new Duration(total.count(), total.nanos());
        }

        private Duration plus(Duration other) {
            return new Duration(count + other.count, ns + other.ns);
        }
    }

    static ModelStatistics of(NamedModel named, RequestMeters meters) {
        String model = named.entry().name();
        Duration failed = Arrays.stream(Outcome.values())
                .filter(outcome -> outcome != Outcome.OK)
                .map(outcome -> Duration.of(meters.requests(model, outcome)))
                .reduce(new Duration(0, 0), Duration::plus);
        Duration infer = stage(model, Stage.INFER, meters);
        Duration decode = stage(model, Stage.DECODE, meters);
        Duration input = new Duration(
                infer.count(),
                decode.ns() + stage(model, Stage.PREPROCESS, meters).ns());
        Durations durations = new Durations(
                Duration.of(meters.requests(model, Outcome.OK)),
                failed,
                stage(model, Stage.QUEUE, meters),
                input,
                infer,
                stage(model, Stage.POSTPROCESS, meters));
        return new ModelStatistics(List.of(
                new ModelCounts(named.name(), ModelDescription.VERSION, infer.count(), infer.count(), durations)));
    }

    private static Duration stage(String model, Stage stage, RequestMeters meters) {
        return Duration.of(meters.stages(model, stage));
    }
}
