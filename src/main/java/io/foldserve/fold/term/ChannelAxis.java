package io.foldserve.fold.term;

/**
 * How a term reads the axes of a value: where its channels are. Immutable.
 *
 * @param last true if the channels are the last axis, as a matrix product has them, false if they are axis 1, as a
 *     convolution has them
 * @param axes the number of axes besides the first and the channels
 */
public record ChannelAxis(boolean last, int axes) {
    /** Channels on axis 1. */
    public static ChannelAxis first(int axes) {
        return new ChannelAxis(false, axes);
    }

    /** Channels on the last axis; the same as {@link #first} for a matrix. */
    public static ChannelAxis last(int axes) {
        return new ChannelAxis(axes > 0, axes);
    }

    /** The axis of the channels. */
    public int channelAxis() {
        return last ? axes + 1 : 1;
    }
}
