package io.foldserve.task.image;

import java.util.function.LongConsumer;

/**
 * The largest picture that is decoded, checked against the header's declaration before anything is allocated, and how
 * long decoding may go on.
 *
 * @param maxPixels the largest width × height
 * @param maxSide the largest width, and the largest height; bounds what resizing a sliver takes
 * @param room is told how many bytes of memory decoding is about to hold, native memory included; refuses them by an
 *     exception
 * @param wanted is asked again and again while a JPEG or a PNG is decoded, some twenty times a picture at least; ends
 *     the decoding by an exception
 */
public record ImageLimits(long maxPixels, int maxSide, LongConsumer room, Runnable wanted) {
    /** The longest side that a JPEG can declare. */
    public static final int JPEG_MAX_SIDE = 65_535;

    /** So that an array of 4 bytes for each pixel can exist. */
    private static final long ARRAY_PIXELS = (Integer.MAX_VALUE - 8) / 4;

    /** Refuses limits below 1, and limits beyond what one array can hold. */
    public ImageLimits {
        if (maxPixels < 1 || maxPixels > ARRAY_PIXELS) {
            throw new IllegalArgumentException(
                    "the pixel limit must be 1 to %d, found %d".formatted(ARRAY_PIXELS, maxPixels));
        }
        if (maxSide < 1 || maxSide > JPEG_MAX_SIDE) {
            throw new IllegalArgumentException(
                    "the side limit must be 1 to %d, found %d".formatted(JPEG_MAX_SIDE, maxSide));
        }
    }

    /** At most {@code maxPixels}, each side at most a JPEG's longest. */
    public ImageLimits(long maxPixels) {
        this(maxPixels, JPEG_MAX_SIDE);
    }

    /** At most {@code maxPixels}, each side at most {@code maxSide}, in any memory and time. */
    public ImageLimits(long maxPixels, int maxSide) {
        this(maxPixels, maxSide, bytes -> {}, () -> {});
    }

    /** The same limits for a decoding that asks {@code room} for its memory. */
    public ImageLimits within(LongConsumer room) {
        return new ImageLimits(maxPixels, maxSide, room, wanted);
    }

    /** The same limits for a decoding that goes on until {@code wanted} throws; the exception reaches the caller. */
    public ImageLimits whileWanted(Runnable wanted) {
        return new ImageLimits(maxPixels, maxSide, room, wanted);
    }

    void check(String format, long width, long height) {
        if (width < 1 || height < 1) {
            throw new InvalidImageException(
                    "the %s declares %d×%d pixels: a side is 0".formatted(format, width, height));
        }
        if (width > maxSide || height > maxSide || width * height > maxPixels) {
            throw new ImageTooLargeException("the %s declares %d×%d pixels; at most %d, and %d a side, are accepted"
                    .formatted(format, width, height, maxPixels, maxSide));
        }
    }
}
