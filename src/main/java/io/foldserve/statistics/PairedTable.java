package io.foldserve.statistics;

/**
 * Two answerers on the same questions: how often which was right. Immutable.
 *
 * @param both both were right
 * @param onlyFirst the first alone was right
 * @param onlySecond the second alone was right
 * @param neither neither was right
 */
public record PairedTable(long both, long onlyFirst, long onlySecond, long neither) {

    /** Refuses negative counts. */
    public PairedTable {
        if (both < 0 || onlyFirst < 0 || onlySecond < 0 || neither < 0) {
            throw new IllegalArgumentException(
                    "counts must be at least 0, found %d, %d, %d, %d".formatted(both, onlyFirst, onlySecond, neither));
        }
    }

    /** How many questions both answered. */
    public long n() {
        return both + onlyFirst + onlySecond + neither;
    }

    /** How many questions only one of them answered rightly. */
    public long discordant() {
        return onlyFirst + onlySecond;
    }

    /** How often the first was right, of at least one question. */
    public Proportion first() {
        return new Proportion(both + onlyFirst, n());
    }

    /** How often the second was right, of at least one question. */
    public Proportion second() {
        return new Proportion(both + onlySecond, n());
    }

    /** The first's share of right answers less the second's, of at least one question. */
    public double difference() {
        return (double) (onlyFirst - onlySecond) / n();
    }

    /** The counts of both together. */
    public PairedTable plus(PairedTable other) {
        return new PairedTable(
                both + other.both, onlyFirst + other.onlyFirst, onlySecond + other.onlySecond, neither + other.neither);
    }
}
