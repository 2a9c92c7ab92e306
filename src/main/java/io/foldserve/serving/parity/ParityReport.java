package io.foldserve.serving.parity;

import io.foldserve.fold.result.Size;
import io.foldserve.serving.measure.LatencyRatio;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A folded variant beside its model's baseline. Immutable.
 *
 * @param variant the compared variant
 * @param baseline the variant it is compared with
 * @param sameStructure whether both served networks have the same operators, shapes and attributes in the same order
 * @param differences where the structures differ; empty when they do not
 * @param variantSize the variant's folded parameters and multiply-accumulates
 * @param baselineSize the baseline's folded parameters and multiply-accumulates
 * @param agreement how alike their answers to the pictures are that the model's folder ships; empty if it ships none
 * @param latency the variant's latency relative to the baseline's; empty if it was not measured
 * @param certificate whether the variant is as fast, from sessions that were made anew in blocks; empty until that is
 *     known
 * @param measuredAt when the rest was measured
 */
public record ParityReport(
        String variant,
        String baseline,
        boolean sameStructure,
        List<String> differences,
        Size variantSize,
        Size baselineSize,
        Optional<OutputAgreement> agreement,
        Optional<LatencyRatio> latency,
        Optional<ParityCertificate> certificate,
        Instant measuredAt) {

    /** Copies the differences. */
    public ParityReport {
        differences = List.copyOf(differences);
    }

    /** The same with {@code certificate}. */
    ParityReport with(Optional<ParityCertificate> certificate) {
        return new ParityReport(
                variant,
                baseline,
                sameStructure,
                differences,
                variantSize,
                baselineSize,
                agreement,
                latency,
                certificate,
                measuredAt);
    }
}
