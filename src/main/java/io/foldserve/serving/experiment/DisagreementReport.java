package io.foldserve.serving.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the variants of a model disagree. Immutable.
 *
 * @param model the model's name
 * @param baseline the variant that the others are compared with
 * @param recent the newest pictures that variants answered differently, of this process, the newest first
 * @param confusion what the variants answered where they disagreed, the most frequent first
 */
public record DisagreementReport(String model, String baseline, List<Recent> recent, List<Cell> confusion) {

    /** Copies the lists. */
    public DisagreementReport {
        recent = List.copyOf(recent);
        confusion = List.copyOf(confusion);
    }

    /**
     * A picture.
     *
     * @param id its answer's id
     * @param variant the variant that answered
     * @param answers the class by variant; of masks the share of pixels that the variant gives the baseline's class
     * @param label what was said to be right, if anything was
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Recent(String id, String variant, Map<String, Object> answers, Optional<String> label) {}

    /**
     * A pair of classes.
     *
     * @param variant the variant
     * @param answer its class
     * @param baselineAnswer the baseline's class
     * @param pictures how many pictures were answered so
     */
    public record Cell(String variant, String answer, String baselineAnswer, long pictures) {}
}
