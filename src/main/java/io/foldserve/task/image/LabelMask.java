package io.foldserve.task.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * The right class of every pixel of a picture, as data sets keep it: a PNG whose values are class indices, either of a
 * palette (PASCAL VOC) or grey of any depth. Immutable and thread-safe.
 */
public final class LabelMask {
    /** The value of pixels that are not to be judged. */
    public static final int IGNORED = 255;

    private final int width;
    private final int height;
    private final int[] classes;

    /**
     * A mask with a copy of {@code classes}.
     *
     * @param classes {@code height × width} class indices, rows from the top
     */
    public LabelMask(int width, int height, int... classes) {
        if (width < 1 || height < 1 || classes.length != width * height) {
            throw new IllegalArgumentException(
                    "no mask of %d classes is %d×%d".formatted(classes.length, width, height));
        }
        this.width = width;
        this.height = height;
        this.classes = classes.clone();
    }

    /**
     * Reads a PNG's values, not its colours.
     *
     * @throws ImageException if it is not a PNG with one value a pixel, is too large, or is corrupt
     */
    public static LabelMask decode(byte[] png, ImageLimits limits) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
        if (!PngDecoder.matches(png) || !readers.hasNext()) {
            throw new InvalidImageException("expected a mask as a PNG, found another kind of file");
        }
        ImageReader reader = readers.next();
        try {
            reader.setInput(new ByteArrayImageInput(png, limits.going()), true, true);
            limits.check("mask", reader.getWidth(0), reader.getHeight(0));
            return of(reader.read(0).getRaster());
        } catch (IOException | IndexOutOfBoundsException | IllegalStateException e) {
            throw new InvalidImageException("the mask is corrupt: " + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
    }

    private static LabelMask of(Raster raster) {
        if (raster.getNumBands() != 1) {
            throw new InvalidImageException(
                    "expected a mask of one class index a pixel (palette or grey), found %d channels"
                            .formatted(raster.getNumBands()));
        }
        int[] samples = new int[raster.getWidth() * raster.getHeight()];
        raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, samples);
        return new LabelMask(raster.getWidth(), raster.getHeight(), samples);
    }

    /** The width in pixels. */
    public int width() {
        return width;
    }

    /** The height in pixels. */
    public int height() {
        return height;
    }

    /** The class of the pixel in column {@code x} of row {@code y}, or {@link #IGNORED}. */
    public int at(int x, int y) {
        return classes[y * width + x];
    }

    /** The class of every pixel, rows from the top. */
    public int[] classes() {
        return classes.clone();
    }

    /** Size only, never the classes. */
    @Override
    public String toString() {
        return "mask %d×%d".formatted(width, height);
    }
}
