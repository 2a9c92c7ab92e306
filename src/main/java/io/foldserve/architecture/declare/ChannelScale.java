package io.foldserve.architecture.declare;

import io.foldserve.declaration.Section;

/**
 * The width multiplier of the MobileNets (Howard et al., "MobileNets", section 3.3).
 *
 * @param multiplier α
 */
public record ChannelScale(double multiplier) {

    /** The multiplier that {@code section} declares. */
    public static ChannelScale read(Section section) {
        return new ChannelScale(section.read(NetworkKeys.MULTIPLIER));
    }

    /** α·{@code channels}, rounded down, as MobileNet v1 has them. */
    public int truncated(int channels) {
        return Math.max(1, (int) (channels * multiplier));
    }

    /** α·{@code channels}, see {@link #nearestDivisible}. */
    public int divisible(int channels) {
        return nearestDivisible(channels * multiplier);
    }

    /** α·{@code channels}, see {@link #nextDivisible}. */
    public int divisibleUp(int channels) {
        return nextDivisible(channels * multiplier);
    }

    /** The least multiple of 8 that is not below {@code channels}, as GluonCV's MobileNet v3 has them. */
    public static int nextDivisible(double channels) {
        return (int) Math.ceil(channels / 8) * 8;
    }

    /**
     * The multiple of 8 next to {@code channels} that is not below 90 % of it, as torchvision's MobileNets have them.
     */
    public static int nearestDivisible(double channels) {
        int nearest = Math.max(8, (int) (channels + 4) / 8 * 8);
        return nearest < 0.9 * channels ? nearest + 8 : nearest;
    }
}
