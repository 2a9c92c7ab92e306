package io.foldserve.serving.experiment;

import io.foldserve.serving.store.CountKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * What an answer adds to the counts of its experiment. The counts are whole numbers that add up over processes; their
 * names are those of {@link CountName}. Immutable.
 *
 * @param answered the answer
 * @param baseline the variant that the others are compared with
 * @param classes how many classes the model has
 */
record Scores(Answered answered, String baseline, int classes) {
    /** A mask counts as right from this mean IoU on, as an object does for PASCAL VOC. */
    static final double RIGHT = 0.5;

    /** Two masks agree from this mean IoU on. */
    static final double ALIKE = 0.9;

    /** Shares are counted in millionths. */
    static final double MICRO = 1e-6;

    private CountKey key(CountName name, Object... parts) {
        return new CountKey(answered.model(), answered.experiment(), name.of(parts));
    }

    /** Whether each of the others, once all have answered, agrees with the baseline. */
    Map<CountKey, Long> pairs() {
        Map<CountKey, Long> counts = new LinkedHashMap<>();
        others().forEach(variant -> {
            Given ours = given(variant);
            Given theirs = given(baseline);
            if (ours.best() >= 0) {
                boolean same = ours.best() == theirs.best();
                counts.put(key(CountName.AGREE, variant, baseline, same), 1L);
                counts.put(key(CountName.ANSWERS, variant, baseline, ours.best(), theirs.best()), 1L);
            } else {
                double iou = MaskIou.of(ours.mask(), theirs.mask(), classes);
                counts.put(key(CountName.AGREE, variant, baseline, iou >= ALIKE), 1L);
                counts.put(key(CountName.MASK_AGREEMENT, variant, baseline), micro(iou));
            }
        });
        return counts;
    }

    /** The variants that can be compared with the baseline's answer; none while there is no such answer. */
    private List<String> others() {
        return answered.answers().containsKey(baseline)
                ? answered.answers().keySet().stream()
                        .filter(variant -> !variant.equals(baseline))
                        .toList()
                : List.of();
    }

    private Given given(String variant) {
        return Optional.ofNullable(answered.answers().get(variant)).orElseThrow();
    }

    /** What it adds that {@code truth} is the right class: to the answering variant, and to each pair. */
    Map<CountKey, Long> feedback(int truth) {
        Map<CountKey, Long> counts = new LinkedHashMap<>();
        counts.put(
                key(
                        CountName.RIGHT,
                        answered.variant(),
                        given(answered.variant()).best() == truth),
                1L);
        counts.putAll(pairFeedback(truth));
        return counts;
    }

    /** The same to each pair alone. */
    Map<CountKey, Long> pairFeedback(int truth) {
        Map<CountKey, Long> counts = new LinkedHashMap<>();
        ToIntFunction<String> right = variant -> given(variant).best() == truth ? 1 : 0;
        others().forEach(variant -> counts.put(
                key(CountName.CELL, variant, baseline, cell(right.applyAsInt(variant), right.applyAsInt(baseline))),
                1L));
        return counts;
    }

    private static String cell(int ours, int theirs) {
        if (ours == theirs) {
            return ours == 1 ? "both" : "neither";
        }
        return ours > theirs ? "variant" : "baseline";
    }

    /** What it adds that {@code truth}, of the network's size, is the right mask. */
    Map<CountKey, Long> feedback(int[] truth) {
        Map<CountKey, Long> counts = new LinkedHashMap<>();
        double own = MaskIou.of(given(answered.variant()).mask(), truth, classes);
        counts.put(key(CountName.RIGHT, answered.variant(), own >= RIGHT), 1L);
        counts.put(key(CountName.IOU, answered.variant()), micro(own));
        others().forEach(variant -> {
            double ours = MaskIou.of(given(variant).mask(), truth, classes);
            double theirs = MaskIou.of(given(baseline).mask(), truth, classes);
            double difference = ours - theirs;
            counts.put(key(CountName.CELL, variant, baseline, cell(ours, theirs)), 1L);
            counts.put(key(CountName.IOU_DIFFERENCE, variant, baseline), micro(difference));
            counts.put(key(CountName.IOU_SQUARES, variant, baseline), micro(difference * difference));
        });
        return counts;
    }

    /** Who is nearer to the truth; if both are as near, whether they are right. */
    private static String cell(double ours, double theirs) {
        if (ours == theirs) {
            return ours >= RIGHT ? "both" : "neither";
        }
        return ours > theirs ? "variant" : "baseline";
    }

    private static long micro(double share) {
        return Math.round(share / MICRO);
    }
}
