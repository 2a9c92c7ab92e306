package io.foldserve.task;

/**
 * A fixed colour for each class index: the bits of the index are dealt to red, green and blue in turn, lowest bit to
 * the highest bit of a channel, as in the colour map of PASCAL VOC's development kit. Class 0 is black.
 */
public final class ClassColours {
    private ClassColours() {}

    /** The channel (0 red, 1 green, 2 blue) of class {@code index}, 0 to 255. */
    static int channel(int index, int channel) {
        int value = 0;
        for (int bit = 7, rest = index >> channel; bit >= 0 && rest != 0; bit--, rest >>= 3) {
            value |= (rest & 1) << bit;
        }
        return value;
    }

    /** The colour of class {@code index} as in CSS and SVG: {@code #800000}. */
    public static String hex(int index) {
        return "#%02x%02x%02x".formatted(channel(index, 0), channel(index, 1), channel(index, 2));
    }

    /** Red, green, blue for each class. */
    static byte[] palette(int classes) {
        byte[] palette = new byte[classes * 3];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (byte) channel(i / 3, i % 3);
        }
        return palette;
    }
}
