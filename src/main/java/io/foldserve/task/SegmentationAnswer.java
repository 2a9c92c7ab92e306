package io.foldserve.task;

import io.foldserve.task.image.PngWriter;
import io.foldserve.task.image.RasterImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The class of every pixel, at the size of the network's input: the picture as it was resized and cropped, not as it
 * was sent.
 *
 * <p>Immutable and thread-safe.
 */
public final class SegmentationAnswer implements Answer {
    private final int width;
    private final int height;
    private final int classCount;
    private final int[] mask;
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

    private SegmentationAnswer(int width, int height, int classCount, int[] mask, List<Area> classes) {
        this.width = width;
        this.height = height;
        this.classCount = classCount;
        this.mask = mask;
        this.classes = List.copyOf(classes);
    }

    /** The answer for class indices {@code mask}, row by row, each below the number of labels; keeps the array. */
    static SegmentationAnswer of(int width, int height, int[] mask, List<String> labels) {
        int[] pixels = new int[labels.size()];
        for (int index : mask) {
            pixels[index]++;
        }
        List<Area> areas = new ArrayList<>();
        for (int index = 0; index < pixels.length; index++) {
            if (pixels[index] > 0) {
                double fraction = (double) pixels[index] / mask.length;
                areas.add(new Area(index, labels.get(index), pixels[index], fraction));
            }
        }
        return new SegmentationAnswer(width, height, labels.size(), mask, areas);
    }

    /** The mask's width in pixels. */
    public int width() {
        return width;
    }

    /** The mask's height in pixels. */
    public int height() {
        return height;
    }

    /** The class of pixel {@code index}, from 0, counted row by row from the top left. */
    public int classAt(int index) {
        return mask[index];
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
        for (int start = 0; start < mask.length; used += 2) {
            int end = start + 1;
            while (end < mask.length && mask[end] == mask[start]) {
                end++;
            }
            if (used == runs.length) {
                runs = Arrays.copyOf(runs, used * 2);
            }
            runs[used] = mask[start];
            runs[used + 1] = end - start;
            start = end;
        }
        return Arrays.copyOf(runs, used);
    }

    /**
     * The mask as a PNG whose pixel values are the class indices: 8-bit with {@link ClassColours} as its palette up to
     * 256 classes, 16-bit grey beyond.
     */
    public byte[] maskPng() {
        if (classCount > 256) {
            return PngWriter.writeGrey16(width, height, bigEndianMask());
        }
        byte[] indices = new byte[mask.length];
        for (int i = 0; i < mask.length; i++) {
            indices[i] = (byte) mask[i];
        }
        return PngWriter.writePalette(width, height, indices, ClassColours.palette(classCount));
    }

    private byte[] bigEndianMask() {
        byte[] samples = new byte[mask.length * 2];
        for (int i = 0; i < mask.length; i++) {
            samples[2 * i] = (byte) (mask[i] >> 8);
            samples[2 * i + 1] = (byte) mask[i];
        }
        return samples;
    }

    /**
     * The mask's colours laid half transparent over the picture that the network saw, as an RGB PNG. Pixels of class 0,
     * the background by convention, show the picture alone.
     *
     * @param picture the preprocessed picture, of the mask's size
     * @throws IllegalArgumentException if it has another size
     */
    public byte[] overlayPng(RasterImage picture) {
        if (picture.width() != width || picture.height() != height) {
            throw new IllegalArgumentException(
                    "picture %s is not of the mask's size %d×%d".formatted(picture, width, height));
        }
        byte[] blended = new byte[mask.length * 3];
        picture.rgb().samples().get(blended);
        for (int i = 0; i < blended.length; i++) {
            int index = mask[i / 3];
            if (index != 0) {
                blended[i] = (byte) (((blended[i] & 0xFF) + ClassColours.channel(index, i % 3)) / 2);
            }
        }
        return PngWriter.write(RasterImage.of(width, height, 3, blended));
    }

    /** Size and classes, never the mask. */
    @Override
    public String toString() {
        return "mask %d×%d of %s".formatted(width, height, classes);
    }
}
