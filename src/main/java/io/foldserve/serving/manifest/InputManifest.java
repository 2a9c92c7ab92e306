package io.foldserve.serving.manifest;

import java.util.List;
import java.util.Optional;

/**
 * How an image becomes the network's input: decoded to {@code colour}, resized, cropped, and normalised per channel as
 * (x / 255 − mean) / std.
 *
 * <p>Immutable and thread-safe.
 *
 * @param width the network's input width in pixels
 * @param height the network's input height in pixels
 * @param colour the channels the network reads
 * @param resize how the image is resized before it is cropped
 * @param mean one mean per channel, of values in [0, 1]
 * @param std one positive standard deviation per channel
 */
public record InputManifest(int width, int height, Colour colour, Resize resize, List<Double> mean, List<Double> std) {

    /** Copies the lists. */
    public InputManifest {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /** The channels a network reads. */
    public enum Colour {
        /** Red, green, blue. */
        RGB(3),
        /** Luma. */
        GREY(1);

        private final int channels;

        Colour(int channels) {
            this.channels = channels;
        }

        /** The number of channels. */
        public int channels() {
            return channels;
        }
    }

    /** How pixels between pixels are made; both antialiased as Pillow's. */
    public enum Filter {
        /** A triangle of one pixel to either side. */
        BILINEAR,
        /** A cubic of two pixels to either side, a = −0.5. */
        BICUBIC
    }

    /** Where the input is cut out of the resized image. */
    public enum Crop {
        /** From the middle. */
        CENTER
    }

    /**
     * The resize before the crop.
     *
     * @param shorterSide the length in pixels that the shorter side is resized to, the aspect ratio kept, before the
     *     middle is cropped; empty to resize straight to the input's width and height
     * @param filter how pixels between pixels are made
     */
    public record Resize(Optional<Integer> shorterSide, Filter filter) {}
}
