package io.foldserve.fold.audit;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Which output channels of a layer are measured. Stateless. */
final class SampledChannels {
    private static final int MOST = 32;

    private SampledChannels() {}

    /**
     * At most {@value #MOST} of {@code all} output channels, without replacement, in the order that {@code random}
     * gives.
     */
    public static int[] of(int all, RandomGenerator random) {
        int[] channels = IntStream.range(0, all).toArray();
        int count = Math.min(all, MOST);
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, all);
            int taken = channels[other];
            channels[other] = channels[i];
            channels[i] = taken;
        }
        return IntStream.of(channels).limit(count).toArray();
    }
}
