package io.foldserve.serving.parity;

import io.foldserve.statistics.Equivalence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ratios of blocks, until they say enough. Blocks are added until the interval is narrow, wherever it lies: a stop
 * by width leaves the tests their error, a stop by outcome would not. Not thread-safe.
 */
final class BlockRatios {
    /** Blocks before which nothing is said. */
    static final int FEWEST = 10;

    /** Blocks after which no more are asked for. */
    static final int MOST = 80;

    /** How far the interval's ends may lie from the ratio: well within the band's ±2 %. */
    private static final double WANTED = 1.008;

    private static final double PROMISED = 1.02;

    private final List<Double> logs = new ArrayList<>();

    /** Adds the ratio of one block. */
    void add(double ratio) {
        logs.add(Math.log(ratio));
    }

    /** True once more blocks are of no use. */
    boolean isEnough() {
        return logs.size() >= MOST || (logs.size() >= FEWEST && isWithin(WANTED));
    }

    /** True if the interval lies within ±2 % of the ratio. */
    boolean isPrecise() {
        return logs.size() >= FEWEST && isWithin(PROMISED);
    }

    private boolean isWithin(double factor) {
        Equivalence shown = shown().orElseThrow();
        return shown.interval().within(shown.ratio() / factor, shown.ratio() * factor);
    }

    /** What the blocks show; nothing before there are two. */
    Optional<Equivalence> shown() {
        return logs.size() < 2
                ? Optional.empty()
                : Optional.of(Equivalence.of(
                        logs.stream().mapToDouble(Double::doubleValue).toArray()));
    }
}
