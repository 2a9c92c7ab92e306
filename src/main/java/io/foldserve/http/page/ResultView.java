package io.foldserve.http.page;

import io.foldserve.serving.meter.Stage;
import io.foldserve.serving.request.Comparison;
import io.foldserve.serving.request.Comparison.Agreement;
import io.foldserve.serving.request.Comparison.Answered;
import io.foldserve.task.MaskDifference;
import io.foldserve.task.image.PngWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A comparison as text and pictures.
 *
 * @param model the model's name
 * @param labels its classes, for whoever knows better
 * @param picture the picture as the networks see it, as a data URI
 * @param segmentation whether the answers are masks
 * @param answers the variants' answers
 * @param agreements how each other variant agrees with the baseline
 * @param legend the classes of the masks
 * @param stages the times of each stage
 */
public record ResultView(
        String model,
        List<String> labels,
        String picture,
        boolean segmentation,
        List<AnswerView> answers,
        List<AgreementView> agreements,
        List<LegendRow> legend,
        List<StageRow> stages) {
    private static final int SHOWN_CLASSES = 5;
    private static final List<Stage> SHARED = List.of(Stage.QUEUE, Stage.DECODE, Stage.PREPROCESS);
    private static final List<Stage> OWN = List.of(Stage.INFER, Stage.POSTPROCESS);

    /**
     * A variant beside the baseline.
     *
     * @param same whether they agree
     * @param sentence how far they agree
     * @param variant the variant's name
     * @param differs a picture of where masks differ, as a data URI; empty for a classification
     */
    public record AgreementView(boolean same, String sentence, String variant, String differs) {
        private static AgreementView of(Agreement agreement) {
            Optional<MaskDifference> masks = agreement.masks();
            String names = agreement.variant() + " and " + agreement.baseline();
            String sentence = masks.map(difference -> masks(names, difference))
                    .orElseGet(() -> "%s give %s class; the largest difference of a probability is %s."
                            .formatted(
                                    names,
                                    agreement.same() ? "the same" : "another",
                                    Texts.points(agreement.probabilityDifference())));
            return new AgreementView(
                    agreement.same(),
                    sentence,
                    agreement.variant(),
                    masks.map(difference -> dataUri(difference.png())).orElse(""));
        }

        private static String masks(String names, MaskDifference difference) {
            return "%s give %s of the pixels the same class; mIoU of one mask against the other %s."
                    .formatted(names, Texts.percent(difference.pixelAgreement()), Texts.decimal(difference.meanIou()));
        }
    }

    /**
     * How long one stage took.
     *
     * @param name the stage
     * @param shared the time, if it was done once for all variants; else empty
     * @param own the time of each variant, if each did it
     */
    public record StageRow(String name, String shared, List<String> own) {}

    /** The view of {@code comparison}. */
    public static ResultView of(Comparison comparison) {
        List<AnswerView> answers = comparison.answers().stream()
                .map(answered -> AnswerView.of(answered, comparison, SHOWN_CLASSES))
                .toList();
        return new ResultView(
                comparison.model(),
                comparison.labels(),
                dataUri(PngWriter.write(comparison.picture())),
                answers.stream().anyMatch(AnswerView::isMask),
                answers,
                comparison.agreements().stream().map(AgreementView::of).toList(),
                LegendRow.of(comparison),
                stages(comparison));
    }

    private static List<StageRow> stages(Comparison comparison) {
        List<StageRow> rows = new ArrayList<>();
        for (Stage stage : SHARED) {
            rows.add(new StageRow(stage.tag(), time(comparison.stages(), stage), List.of()));
        }
        for (Stage stage : OWN) {
            List<String> own = comparison.answers().stream()
                    .map(Answered::stages)
                    .map(stages -> time(stages, stage))
                    .toList();
            rows.add(new StageRow(stage.tag(), "", own));
        }
        return rows;
    }

    private static String time(Map<Stage, Duration> stages, Stage stage) {
        return Texts.millis(stages.getOrDefault(stage, Duration.ZERO));
    }

    static String dataUri(byte[] png) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }
}
