package io.foldserve.task;

import io.foldserve.task.image.PngWriter;
import io.foldserve.task.image.RasterImage;
import io.foldserve.task.image.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The class of every pixel, at the size of the network's input, the picture as it was resized and cropped, or at that
 * of the picture that was sent.
 *
 * <p>Immutable and thread-safe.
 */
public final class SegmentationAnswer implements Answer {
    private final ClassMask mask;
    private final List<String> labels;
    private final List<Area> classes;

    /**
     * The pixels of one class.
     *
     * @param index the class's index, from 0
     * @param label its label
     * @param pixels how many there are, at least 1
     * @param fraction their share of the mask
     */
    public record Area(int index, String label, int pixels, double fraction) {}

    private SegmentationAnswer(ClassMask mask, List<String> labels) {
        this.mask = mask;
        this.labels = labels;
        this.classes = areas(mask, labels);
    }

    /** The answer for class indices {@code mask}, row by row, each below the number of labels; keeps the array. */
    static SegmentationAnswer of(int width, int height, int[] mask, List<String> labels) {
        return new SegmentationAnswer(ClassMask.of(width, height, mask), List.copyOf(labels));
    }

    private static List<Area> areas(ClassMask mask, List<String> labels) {
        int[] pixels = new int[labels.size()];
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                pixels[mask.at(x, y)]++;
            }
        }
        List<Area> areas = new ArrayList<>();
        for (int index = 0; index < pixels.length; index++) {
            if (pixels[index] > 0) {
                double fraction = (double) pixels[index] / mask.pixels();
                areas.add(new Area(index, labels.get(index), pixels[index], fraction));
            }
        }
        return List.copyOf(areas);
    }

    /** The part {@code shown} of this answer at another size, by {@link ClassMask#stretched}. */
    SegmentationAnswer stretched(Region shown, int width, int height) {
        return new SegmentationAnswer(mask.stretched(shown, width, height), labels);
    }

    /** The mask's width in pixels. */
    public int width() {
        return mask.width();
    }

    /** The mask's height in pixels. */
    public int height() {
        return mask.height();
    }

    /** The class of pixel {@code index}, from 0, counted row by row from the top left. */
    public int classAt(int index) {
        return mask.at(index % mask.width(), index / mask.width());
    }

    /** The classes that some pixel has, by rising index. */
    public List<Area> classes() {
        return classes;
    }

    /**
     * The mask in run-length form: {@code class, length, class, length, …} over the pixels row by row from the top
     * left. A run goes on over the end of a row; two neighbouring runs have different classes; the lengths add up to
     * {@code width × height}.
     *
     * @return a new array
     */
    public int[] runs() {
        int[] runs = new int[16];
        int used = 0;
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                int index = mask.at(x, y);
                if (used == 0 || runs[used - 2] != index) {
                    runs = used == runs.length ? Arrays.copyOf(runs, used * 2) : runs;
                    runs[used] = index;
                    used += 2;
                }
                runs[used - 1]++;
            }
        }
        return Arrays.copyOf(runs, used);
    }

    /**
     * The mask as a PNG whose pixel values are the class indices: 8-bit with {@link ClassColours} as its palette up to
     * 256 classes, 16-bit grey beyond.
     */
    public byte[] maskPng() {
        int classCount = labels.size();
        if (classCount > 256) {
            return PngWriter.writeGrey16(width(), height(), bigEndianMask());
        }
        byte[] indices = new byte[mask.pixels()];
        for (int y = 0, at = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                indices[at++] = (byte) mask.at(x, y);
            }
        }
        return PngWriter.writePalette(width(), height(), indices, ClassColours.palette(classCount));
    }

    private byte[] bigEndianMask() {
        byte[] samples = new byte[Math.multiplyExact(mask.pixels(), 2)];
        for (int y = 0, at = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++, at += 2) {
                samples[at] = (byte) (mask.at(x, y) >> 8);
                samples[at + 1] = (byte) mask.at(x, y);
            }
        }
        return samples;
    }

    /**
     * The mask's colours laid half transparent over a picture, as an RGB PNG. Pixels of class 0, the background by
     * convention, show the picture alone.
     *
     * @param picture the picture of the mask's size: the preprocessed one, or the one that was sent
     * @throws IllegalArgumentException if it has another size
     */
    public byte[] overlayPng(RasterImage picture) {
        if (picture.width() != width() || picture.height() != height()) {
            throw new IllegalArgumentException(
                    "picture %s is not of the mask's size %d×%d".formatted(picture, width(), height()));
        }
        byte[] blended = new byte[Math.multiplyExact(mask.pixels(), 3)];
        picture.rgb().samples().get(blended);
        for (int y = 0, at = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++, at += 3) {
                int index = mask.at(x, y);
                if (index != 0) {
                    blend(blended, at, index);
                }
            }
        }
        return PngWriter.writeRgb(width(), height(), blended);
    }

    private static void blend(byte[] samples, int pixel, int index) {
        for (int channel = 0; channel < 3; channel++) {
            int at = pixel + channel;
            samples[at] = (byte) (((samples[at] & 0xFF) + ClassColours.channel(index, channel)) / 2);
        }
    }

    /** Size and classes, never the mask. */
    @Override
    public String toString() {
        return "mask %d×%d of %s".formatted(width(), height(), classes);
    }
}
