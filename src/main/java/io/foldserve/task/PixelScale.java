package io.foldserve.task;

import io.foldserve.problem.InvalidInputException;
import java.util.List;

/**
 * The scale that a declared mean and standard deviation are meant for, when none is declared: of pixels from 0 to 1, as
 * torchvision has them, or from 0 to 255, as OpenMMLab, detectron2 and Caffe have them. Stateless and thread-safe.
 */
public final class PixelScale {
    /** Above it a mean or deviation can only be one of pixels from 0 to 255, up to 1 only one of pixels from 0 to 1. */
    private static final double CERTAIN = 4;

    private static final String WRITE =
            "write scale: 1 for pixels from 0 to 255 or scale: 0.00392156862745098 for pixels from 0 to 1";

    private PixelScale() {}

    /**
     * {@link Preprocessing#UNIT_SCALE}, or 1 for values of pixels from 0 to 255.
     *
     * @throws InvalidInputException if they contradict each other or could be either
     */
    public static double of(List<Double> mean, List<Double> std) {
        double largestMean = largest(mean);
        double largestStd = largest(std);
        if (largestMean <= 1 && largestStd <= 1) {
            return Preprocessing.UNIT_SCALE;
        }
        boolean deviates = std.stream().anyMatch(value -> value != 1);
        boolean means = mean.stream().anyMatch(value -> value != 0);
        boolean meansFull = !means || largestMean > CERTAIN;
        boolean deviatesFull = !deviates || std.stream().allMatch(value -> value > CERTAIN);
        if (meansFull && deviatesFull) {
            return 1;
        }
        throw new InvalidInputException(
                "input",
                "it is not clear whether mean %s and std %s are of pixels from 0 to 1 or from 0 to 255; %s"
                        .formatted(mean, std, WRITE));
    }

    /**
     * Accepts a declared {@code scale}.
     *
     * @throws InvalidInputException if the mean lies beyond every pixel
     */
    public static void expect(double scale, List<Double> mean) {
        double brightest = 255 * scale;
        if (largest(mean) > brightest * (1 + 1e-6)) {
            throw new InvalidInputException(
                    "input",
                    "mean %s is above the brightest pixel, which scale %s makes %s; %s"
                            .formatted(mean, scale, brightest, WRITE));
        }
    }

    private static double largest(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
