package io.foldserve.serving.parity;

/**
 * How alike the answers of two variants are on pictures that the model's folder ships. They are different networks,
 * trained apart, so this informs and is not required.
 *
 * @param images how many pictures were run
 * @param agreement the share of images (classification) or pixels (segmentation) given the same class, 0 to 1
 * @param logitDifference the largest difference of a logit, relative to the baseline's largest logit; 0 for
 *     segmentation, whose served network gives classes only
 */
public record OutputAgreement(int images, double agreement, double logitDifference) {}
