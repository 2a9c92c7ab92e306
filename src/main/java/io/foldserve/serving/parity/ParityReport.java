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
 * @param agreement how alike their answers are
 * @param latency the variant's latency relative to the baseline's; empty if it was not measured
 * @param measuredAt when this was measured
 */
public record ParityReport(
        String variant,
        String baseline,
        boolean sameStructure,
        List<String> differences,
        Size variantSize,
        Size baselineSize,
        OutputAgreement agreement,
        Optional<LatencyRatio> latency,
        Instant measuredAt) {

    /** Copies the differences. */
    public ParityReport {
        differences = List.copyOf(differences);
    }
}
