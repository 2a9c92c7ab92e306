package io.foldserve.statistics;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a comparison has shown, in one sentence. Immutable.
 *
 * @param outcome which of the few things that can come out
 * @param sentence the same for people, with the figures that decided
 */
public record Verdict(Outcome outcome, String sentence) {

    /** What can come out of a comparison of a first with a second. */
    public enum Outcome {
        /** The first is better. */
        FIRST_BETTER,
        /** The second is better. */
        SECOND_BETTER,
        /** Whatever difference there may be lies within the margin. */
        EQUIVALENT,
        /** The data leave both open. */
        UNDECIDED,
        /** The data must not be compared. */
        BROKEN
    }

    /**
     * Of answers that are looked at once: the whole interval on one side of 0 decides for a side, the whole interval
     * within ±{@code margin} for equivalence, which goes first since a difference below the margin is none that counts.
     *
     * @param figure what the difference is of, for the sentence: {@code accuracy}
     * @param difference the first's figure less the second's, as shares
     */
    public static Verdict once(String first, String second, String figure, Estimate difference, double margin) {
        if (difference.interval().within(-margin, margin)) {
            return equivalent(difference, margin);
        }
        if (difference.interval().low() > 0 || difference.interval().high() < 0) {
            return better(first, second, figure, difference);
        }
        return new Verdict(
                Outcome.UNDECIDED,
                "undecided: %s of %s and %s differs by %s; more pictures would narrow it"
                        .formatted(figure, first, second, points(difference)));
    }

    /**
     * Of pairs that keep coming and may be looked at after each: by {@link ConfidenceSequence} for equivalence and by
     * {@link EValue} for a side.
     */
    public static Verdict paired(String first, String second, PairedTable table, double margin) {
        Estimate difference = ConfidenceSequence.paired(table);
        if (difference.interval().within(-margin, margin)) {
            return equivalent(difference, margin);
        }
        EValue evidence = EValue.of(table);
        if (evidence.isDecided()) {
            return better(first, second, "accuracy", difference);
        }
        return new Verdict(Outcome.UNDECIDED, "undecided: " + outlook(evidence));
    }

    private static String outlook(EValue evidence) {
        long n = evidence.wins() + evidence.losses();
        if (n == 0) {
            return "there is no disagreement with a known right answer yet";
        }
        OptionalLong more = evidence.disagreementsToGo();
        return more.isPresent()
                ? "about %d more disagreements at this rate".formatted(more.getAsLong())
                : "%d disagreements so far, as many won by one as by the other".formatted(n);
    }

    /**
     * Of two groups that keep growing and may be looked at any time: by {@link SampleRatio} first, then by
     * {@link ConfidenceSequence}.
     */
    public static Verdict unpaired(
            String first, String second, Proportion ofFirst, Proportion ofSecond, SampleRatio ratio, double margin) {
        if (ratio.isAlarm()) {
            return broken(ratio);
        }
        Estimate difference = ConfidenceSequence.unpaired(ofFirst, ofSecond);
        if (difference.interval().within(-margin, margin)) {
            return equivalent(difference, margin);
        }
        if (!difference.interval().contains(0)) {
            return better(first, second, "accuracy", difference);
        }
        return new Verdict(
                Outcome.UNDECIDED,
                "undecided: accuracy of %s and %s differs by %s; more answers with feedback would narrow it"
                        .formatted(first, second, points(difference)));
    }

    /** Of a split that is not what was declared. */
    public static Verdict broken(SampleRatio ratio) {
        return new Verdict(
                Outcome.BROKEN,
                text(
                        "assignment is broken: counts like these have probability %.1e under the declared shares",
                        ratio.pValue()));
    }

    /** Of the time that the first takes relative to the second: less is better. */
    public static Verdict latency(String first, String second, Equivalence ratio) {
        String found = text(
                "%.3f [%.3f, %.3f] of %d blocks",
                ratio.ratio(), ratio.interval().low(), ratio.interval().high(), ratio.blocks());
        if (ratio.isShown()) {
            return new Verdict(Outcome.EQUIVALENT, "equally fast within ±2 %: " + found);
        }
        if (ratio.interval().high() < 1) {
            return new Verdict(Outcome.FIRST_BETTER, "%s faster than %s: %s".formatted(first, second, found));
        }
        if (ratio.interval().low() > 1) {
            return new Verdict(Outcome.SECOND_BETTER, "%s slower than %s: %s".formatted(first, second, found));
        }
        return new Verdict(Outcome.UNDECIDED, "latency undecided: " + found);
    }

    private static Verdict equivalent(Estimate difference, double margin) {
        return new Verdict(Outcome.EQUIVALENT, text("equivalent within ±%s: %s", amount(margin), points(difference)));
    }

    private static Verdict better(String first, String second, String figure, Estimate difference) {
        boolean isFirst = difference.value() > 0;
        return new Verdict(
                isFirst ? Outcome.FIRST_BETTER : Outcome.SECOND_BETTER,
                "%s better: %s of %s less that of %s is %s"
                        .formatted(isFirst ? first : second, figure, first, second, points(difference)));
    }

    private static String amount(double share) {
        String number = text("%.2f", 100 * share).replaceFirst("\\.?0+$", "");
        return number + ("1".equals(number) ? " point" : " points");
    }

    private static String points(Estimate difference) {
        return text(
                "%+.1f points [%+.1f, %+.1f]",
                100 * difference.value(),
                100 * difference.interval().low(),
                100 * difference.interval().high());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
