package io.foldserve.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.foldserve.serving.meter.Stage;
import io.foldserve.serving.request.Comparison;
import io.foldserve.serving.request.Comparison.Agreement;
import io.foldserve.serving.request.Comparison.Answered;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.MaskDifference;
import io.foldserve.task.SegmentationAnswer;
import io.foldserve.task.TaskKind;
import io.foldserve.task.image.PngWriter;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a comparison: every variant's answer to one picture.
 *
 * @param model the model's name
 * @param task what it does
 * @param picture the picture as the networks see it, as a PNG in base64; only where it is asked for
 * @param seconds how long waiting, decoding and preparing took, once for all variants
 * @param answers the variants' answers, in the manifest's order
 * @param agreements each other variant's answer beside the baseline's
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ComparisonBody(
        String model,
        TaskKind task,
        @Nullable String picture,
        Map<String, Double> seconds,
        List<VariantAnswer> answers,
        List<VariantAgreement> agreements) {

    /**
     * One variant's answer.
     *
     * @param variant its name
     * @param baseline whether the others are compared with it
     * @param classes a classification's: the best of every variant, in this variant's order
     * @param mask a segmentation's, in the size of the network's input
     * @param seconds how long the network's run and making the answer took
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VariantAnswer(
            String variant,
            boolean baseline,
            @Nullable List<ClassificationAnswer.Ranked> classes,
            PredictionBody.@Nullable Mask mask,
            Map<String, Double> seconds) {}

    /**
     * A variant's answer beside the baseline's.
     *
     * @param variant the variant's name
     * @param baseline the baseline's name
     * @param same whether both give the same class, or every pixel the same class
     * @param probabilityDifference a classification's: the largest difference of a class's probability
     * @param meanIou a segmentation's: the masks' mean intersection over union, neither taken for the truth
     * @param pixelAgreement a segmentation's: the share of pixels with the same class in both
     * @param differs a segmentation's: a PNG in base64 whose pixels are 1 where the masks differ, else 0
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VariantAgreement(
            String variant,
            String baseline,
            boolean same,
            @Nullable Double probabilityDifference,
            @Nullable Double meanIou,
            @Nullable Double pixelAgreement,
            @Nullable String differs) {}

    static ComparisonBody of(Comparison comparison, int topK, boolean picture) {
        Set<Integer> best = comparison.best(topK);
        return new ComparisonBody(
                comparison.model(),
                comparison.task(),
                picture ? base64(PngWriter.write(comparison.picture())) : null,
                seconds(comparison.stages()),
                comparison.answers().stream().map(answer -> of(answer, best)).toList(),
                comparison.agreements().stream().map(ComparisonBody::of).toList());
    }

    private static VariantAnswer of(Answered answered, Set<Integer> best) {
        Map<String, Double> seconds = seconds(answered.stages());
        if (answered.answer() instanceof SegmentationAnswer mask) {
            return new VariantAnswer(
                    answered.variant(), answered.baseline(), null, PredictionBody.Mask.of(mask), seconds);
        }
        List<ClassificationAnswer.Ranked> classes = ((ClassificationAnswer) answered.answer())
                .classes().stream()
                        .filter(ranked -> best.contains(ranked.index()))
                        .toList();
        return new VariantAnswer(answered.variant(), answered.baseline(), classes, null, seconds);
    }

    private static VariantAgreement of(Agreement agreement) {
        Optional<MaskDifference> masks = agreement.masks();
        return new VariantAgreement(
                agreement.variant(),
                agreement.baseline(),
                agreement.same(),
                masks.isPresent() ? null : agreement.probabilityDifference(),
                masks.map(MaskDifference::meanIou).orElse(null),
                masks.map(MaskDifference::pixelAgreement).orElse(null),
                masks.map(MaskDifference::png).map(ComparisonBody::base64).orElse(null));
    }

    private static String base64(byte[] png) {
        return Base64.getEncoder().encodeToString(png);
    }

    private static Map<String, Double> seconds(Map<Stage, Duration> stages) {
        Map<Stage, Duration> inOrder = new EnumMap<>(stages);
        Map<String, Double> seconds = new LinkedHashMap<>();
        inOrder.forEach((stage, duration) -> seconds.put(stage.tag(), duration.toNanos() / 1e9));
        return seconds;
    }
}
