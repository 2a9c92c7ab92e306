package io.foldserve.http;

import io.foldserve.fold.result.FoldReport;
import io.foldserve.serving.catalogue.ProofResult;
import java.util.Map;

/**
 * The JSON of a fold report.
 *
 * @param model the model's name
 * @param variant the variant's name
 * @param proof how closely the whole folded network computes what was trained, in float32
 * @param layersByRule the number of layers that each rule was applied to
 * @param compositionError the largest float64 error of any layer, relative to Σ|K||x| + |b|
 * @param roundingError the largest error of any layer after rounding to its type, relative to the same
 * @param report layer by layer
 */
public record FoldBody(
        String model,
        String variant,
        ProofResult proof,
        Map<String, Integer> layersByRule,
        double compositionError,
        double roundingError,
        FoldReport report) {}
