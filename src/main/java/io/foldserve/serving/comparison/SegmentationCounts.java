package io.foldserve.serving.comparison;

import io.foldserve.statistics.Estimate;
import io.foldserve.statistics.PoissonBootstrap;
import io.foldserve.task.SegmentationAnswer;
import io.foldserve.task.image.LabelMask;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * What is counted of masks: for each class the pixels that a first and a second mask mark, and those that both mark, of
 * the sample itself (entry 0) and of every bootstrap draw over the pictures.
 *
 * @param counts where it is counted
 * @param classes how many classes there are
 */
record SegmentationCounts(Counts counts, int classes) {
    private static final long SEED = 2026;
    private static final String TRUTH = "truth";

    /** How often a picture counts: once in the sample, then in each draw. */
    static int[] weights(String name) {
        return IntStream.concat(IntStream.of(1), IntStream.of(PoissonBootstrap.counts(SEED, name)))
                .toArray();
    }

    /** Counts a variant's mask against the right one. */
    void judge(int variant, SegmentationAnswer answer, int[] truth, int... weights) {
        add(String.valueOf(variant), TRUTH, answer::classAt, pixel -> truth[pixel], truth.length, weights);
    }

    /** Counts a variant's mask against the baseline's. */
    void pair(int variant, int baseline, SegmentationAnswer ours, SegmentationAnswer theirs, int... weights) {
        int pixels = ours.width() * ours.height();
        add(String.valueOf(variant), String.valueOf(baseline), ours::classAt, theirs::classAt, pixels, weights);
    }

    private void add(
            String first, String second, IntUnaryOperator ours, IntUnaryOperator theirs, int pixels, int... weights) {
        long[][] sums = new long[3][classes];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int theirClass = theirs.applyAsInt(pixel);
            if (theirClass != LabelMask.IGNORED || !TRUTH.equals(second)) {
                int ourClass = ours.applyAsInt(pixel);
                sums[0][ourClass]++;
                sums[1][theirClass]++;
                sums[2][ourClass] += ourClass == theirClass ? 1 : 0;
            }
        }
        for (int index = 0; index < classes; index++) {
            addIfAny(name(first, second, "first", index), sums[0][index], weights);
            addIfAny(name(first, second, "second", index), sums[1][index], weights);
            addIfAny(name(first, second, "both", index), sums[2][index], weights);
        }
    }

    private void addIfAny(String name, long amount, int... weights) {
        if (amount > 0) {
            counts.add(name, amount, weights);
        }
    }

    private static String name(String first, String second, String which, int index) {
        return "mask/%s/%s/%s/%d".formatted(first, second, which, index);
    }

    /** What a variant's masks are compared with: the right ones. */
    Overlap withTruth(int variant) {
        return overlap(String.valueOf(variant), TRUTH);
    }

    /** What a variant's masks are compared with: the baseline's. */
    Overlap withBaseline(int variant, int baseline) {
        return overlap(String.valueOf(variant), String.valueOf(baseline));
    }

    private Overlap overlap(String first, String second) {
        long[][][] sums = new long[3][classes][];
        String[] which = {"first", "second", "both"};
        for (int part = 0; part < which.length; part++) {
            for (int index = 0; index < classes; index++) {
                String name = name(first, second, which[part], index);
                sums[part][index] = counts.all().getOrDefault(name, new long[PoissonBootstrap.DRAWS + 1]);
            }
        }
        return new Overlap(sums[0], sums[1], sums[2]);
    }

    /** A figure of the sample with its interval over the bootstrap's draws; both by entry. */
    static Estimate estimate(IntToDoubleFunction figure) {
        double[] drawn = IntStream.rangeClosed(1, PoissonBootstrap.DRAWS)
                .mapToDouble(figure)
                .toArray();
        return PoissonBootstrap.percentile(figure.applyAsDouble(0), drawn);
    }
}
