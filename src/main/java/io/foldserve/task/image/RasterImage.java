package io.foldserve.task.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A decoded picture: 8-bit samples, rows from the top, pixels from the left, channels interleaved. One channel is grey,
 * three are red, green, blue.
 *
 * <p>Immutable and thread-safe.
 */
public final class RasterImage {
    private final int width;
    private final int height;
    private final int channels;
    private final byte[] samples;

    /** Keeps {@code samples}; only code of this package, which gives the array up, may call it. */
    RasterImage(int width, int height, int channels, byte[] samples) {
        if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
            throw new IllegalArgumentException(
                    "no picture is %d×%d with %d channels".formatted(width, height, channels));
        }
        if (samples.length != (long) width * height * channels) {
            throw new IllegalArgumentException("a %d×%d picture with %d channels has %d samples, found %d"
                    .formatted(width, height, channels, (long) width * height * channels, samples.length));
        }
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.samples = samples;
    }

    /** A picture with a copy of {@code samples}. */
    public static RasterImage of(int width, int height, int channels, byte... samples) {
        return new RasterImage(width, height, channels, samples.clone());
    }

    /** The width in pixels, at least 1. */
    public int width() {
        return width;
    }

    /** The height in pixels, at least 1. */
    public int height() {
        return height;
    }

    /** 1 for grey, 3 for red, green, blue. */
    public int channels() {
        return channels;
    }

    /** A read-only view of the samples, {@code height × width × channels}. */
    public ByteBuffer samples() {
        return ByteBuffer.wrap(samples).asReadOnlyBuffer();
    }

    byte[] array() {
        return samples;
    }

    /**
     * This picture in grey; itself if it is already. The luma is Pillow's {@code convert("L")} (ITU-R BT.601 in 16-bit
     * fixed point): {@code (19595 R + 38470 G + 7471 B + 32768) >> 16}.
     */
    public RasterImage grey() {
        if (channels == 1) {
            return this;
        }
        byte[] grey = new byte[width * height];
        for (int i = 0, at = 0; i < grey.length; i++, at += 3) {
            int luma = 19_595 * (samples[at] & 0xFF)
                    + 38_470 * (samples[at + 1] & 0xFF)
                    + 7_471 * (samples[at + 2] & 0xFF);
            grey[i] = (byte) ((luma + 0x8000) >> 16);
        }
        return new RasterImage(width, height, 1, grey);
    }

    /** This picture with three channels, grey repeated; itself if it has them already. */
    public RasterImage rgb() {
        if (channels == 3) {
            return this;
        }
        byte[] rgb = new byte[samples.length * 3];
        for (int i = 0, at = 0; i < samples.length; i++, at += 3) {
            rgb[at] = samples[i];
            rgb[at + 1] = samples[i];
            rgb[at + 2] = samples[i];
        }
        return new RasterImage(width, height, 3, rgb);
    }

    /** This three-channel picture with red and blue exchanged: blue, green, red. */
    public RasterImage swapped() {
        byte[] swapped = rgb().samples.clone();
        for (int at = 0; at < swapped.length; at += 3) {
            byte first = swapped[at];
            swapped[at] = swapped[at + 2];
            swapped[at + 2] = first;
        }
        return new RasterImage(width, height, 3, swapped);
    }

    /**
     * The {@code width × height} pixels of which {@code (left, top)} is the first. Where the region reaches over this
     * picture's border all its samples are {@code fill}.
     */
    public RasterImage region(int left, int top, int width, int height, int fill) {
        if (left == 0 && top == 0 && width == this.width && height == this.height) {
            return this;
        }
        byte[] region = new byte[width * height * channels];
        if (fill != 0) {
            Arrays.fill(region, (byte) fill);
        }
        int from = Math.max(left, 0);
        int pixels = Math.min(left + width, this.width) - from;
        for (int y = Math.max(top, 0); pixels > 0 && y < Math.min(top + height, this.height); y++) {
            int source = (y * this.width + from) * channels;
            int target = ((y - top) * width + from - left) * channels;
            System.arraycopy(samples, source, region, target, pixels * channels);
        }
        return new RasterImage(width, height, channels, region);
    }

    /** The same on black, which is 0. */
    public RasterImage region(int left, int top, int width, int height) {
        return region(left, top, width, height, 0);
    }

    /** Equal sizes, channels and samples. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RasterImage that
                && width == that.width
                && height == that.height
                && channels == that.channels
                && Arrays.equals(samples, that.samples);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + channels) + Arrays.hashCode(samples);
    }

    /** Size and channels, never the samples: {@code 500×375×3}. */
    @Override
    public String toString() {
        return width + "×" + height + "×" + channels;
    }
}
