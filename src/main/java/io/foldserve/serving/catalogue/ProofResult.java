package io.foldserve.serving.catalogue;

/**
 * How closely a folded network computes what was trained, measured in ONNX Runtime on seeded probe images. Differences
 * are largest absolute differences of the logits, relative to the training form's largest absolute logit over all
 * probes.
 *
 * @param probes how many images were run
 * @param foldError the folded against the training form, both without optimisations
 * @param servedError the served (optimised) network against the folded form without optimisations. For segmentation,
 *     whose served network gives classes only: the largest margin by which the served class of a pixel falls short of
 *     the folded form's best logit; 0 when every pixel agrees
 * @param tolerance what both had to stay within
 */
public record ProofResult(int probes, double foldError, double servedError, double tolerance) {}
