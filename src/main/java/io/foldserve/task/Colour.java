package io.foldserve.task;

import io.foldserve.task.image.RasterImage;

/** The channels that a network was trained on. */
public enum Colour {
    /** Red, green, blue. */
    RGB(3),
    /** Blue, green, red. */
    BGR(3),
    /** One channel: Pillow's luma. */
    GREY(1);

    private final int channels;

    Colour(int channels) {
        this.channels = channels;
    }

    /** The number of channels. */
    public int channels() {
        return channels;
    }

    /** {@code image} with the channels that resizing works on: grey is resized as one channel, never as three. */
    RasterImage reduce(RasterImage image) {
        return this == GREY ? image.grey() : image;
    }

    /** The resized picture with exactly these channels, in this order. */
    RasterImage arrange(RasterImage image) {
        return switch (this) {
            case RGB -> image.rgb();
            case BGR -> image.swapped();
            case GREY -> image.grey();
        };
    }
}
