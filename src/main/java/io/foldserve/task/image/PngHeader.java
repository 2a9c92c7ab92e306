package io.foldserve.task.image;

import java.util.Set;

/**
 * What a PNG's header chunk declares.
 *
 * @param width in pixels
 * @param height in pixels
 * @param depth bits of a sample, or of a palette index
 * @param colourType 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha
 * @param interlaced in Adam7's seven passes
 */
record PngHeader(int width, int height, int depth, int colourType, boolean interlaced) {
    private static final int INFLATER_BYTES = 64 * 1024;

    /** Refuses a depth that the colour type does not have. */
    PngHeader {
        Set<Integer> depths =
                switch (colourType) {
                    case 0 -> Set.of(1, 2, 4, 8, 16);
                    case 3 -> Set.of(1, 2, 4, 8);
                    case 2, 4, 6 -> Set.of(8, 16);
                    default -> Set.of();
                };
        if (!depths.contains(depth)) {
            throw new InvalidImageException(
                    "the PNG declares colour type %d with %d bits, which do not exist".formatted(colourType, depth));
        }
    }

    boolean isPalette() {
        return colourType == 3;
    }

    /** Channels of a stored pixel, alpha included. */
    int storedChannels() {
        return switch (colourType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    /** Channels of a decoded pixel: 1 for grey, else 3. */
    int channels() {
        return colourType == 0 || colourType == 4 ? 1 : 3;
    }

    int bitsPerPixel() {
        return storedChannels() * depth;
    }

    /** Bytes of a row of {@code pixels}, without its filter byte. */
    int rowBytes(int pixels) {
        return Math.toIntExact(((long) pixels * bitsPerPixel() + 7) / 8);
    }

    /** What decoding holds: the pixels, and two rows beside the tables of the inflater. */
    long decodingBytes() {
        long pixels = (long) width * height * channels();
        return pixels + 2L * rowBytes(width) + INFLATER_BYTES;
    }
}
