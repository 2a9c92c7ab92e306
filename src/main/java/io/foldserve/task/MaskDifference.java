package io.foldserve.task;

import io.foldserve.task.image.PngWriter;
import java.util.Arrays;

/**
 * Where two masks of one size differ. Immutable and thread-safe.
 *
 * @see SegmentationAnswer
 */
public final class MaskDifference {
    /** Index 0, where both are alike, is white; index 1, where they differ, is a strong magenta. */
    private static final byte[] PALETTE = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xD6, 0x00, (byte) 0x7E};

    private final int width;
    private final int height;
    private final byte[] differs;
    private final int pixels;
    private final double meanIou;

    private MaskDifference(int width, int height, byte[] differs, int pixels, double meanIou) {
        this.width = width;
        this.height = height;
        this.differs = differs;
        this.pixels = pixels;
        this.meanIou = meanIou;
    }

    /**
     * Where {@code first} and {@code second} differ.
     *
     * @param classes how many classes there are, above every index in either mask
     * @throws IllegalArgumentException if their sizes differ
     */
    public static MaskDifference between(SegmentationAnswer first, SegmentationAnswer second, int classes) {
        if (first.width() != second.width() || first.height() != second.height()) {
            throw new IllegalArgumentException("masks of different sizes: %s and %s".formatted(first, second));
        }
        byte[] differs = new byte[Math.multiplyExact(first.width(), first.height())];
        int[] both = new int[classes];
        int[] either = new int[classes];
        int pixels = 0;
        for (int pixel = 0; pixel < differs.length; pixel++) {
            int ours = first.classAt(pixel);
            int theirs = second.classAt(pixel);
            either[ours]++;
            if (ours == theirs) {
                both[ours]++;
            } else {
                either[theirs]++;
                differs[pixel] = 1;
                pixels++;
            }
        }
        return new MaskDifference(first.width(), first.height(), differs, pixels, meanIou(both, either));
    }

    private static double meanIou(int[] both, int[] either) {
        double sum = 0;
        int present = 0;
        for (int index = 0; index < both.length; index++) {
            if (either[index] > 0) {
                sum += (double) both[index] / either[index];
                present++;
            }
        }
        return sum / present;
    }

    /** How many pixels have another class in the one than in the other. */
    public int pixels() {
        return pixels;
    }

    /** The share of pixels that have the same class in both, 0 to 1. */
    public double pixelAgreement() {
        return 1 - (double) pixels / differs.length;
    }

    /**
     * The mean over the classes that either mask has of |first ∩ second| / |first ∪ second|, 0 to 1. Neither is taken
     * for the truth: the masks can be swapped.
     */
    public double meanIou() {
        return meanIou;
    }

    /** A PNG of the masks' size whose pixel values are 0 where both are alike, else 1. */
    public byte[] png() {
        return PngWriter.writePalette(width, height, Arrays.copyOf(differs, differs.length), PALETTE);
    }
}
