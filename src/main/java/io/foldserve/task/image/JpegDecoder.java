package io.foldserve.task.image;

import java.awt.Point;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The pixels of a {@link JpegFile}, by the JDK's own reader (libjpeg). It decodes row by row into an array of ours
 * whose channels lie in the order that libjpeg gives them, so that no pass over the pixels follows.
 */
final class JpegDecoder {
    private static final ImageReaderSpi JDK_READER = jdkReader();

    private JpegDecoder() {}

    private static ImageReaderSpi jdkReader() {
        Iterator<ImageReaderSpi> readers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
        while (readers.hasNext()) {
            ImageReaderSpi reader = readers.next();
            boolean readsJpeg = List.of(reader.getFormatNames()).contains("jpeg");
            if (readsJpeg && "java.desktop".equals(reader.getClass().getModule().getName())) {
                return reader;
            }
        }
        throw new IllegalStateException("this Java runtime has no JPEG reader of its own (module java.desktop)");
    }

    static RasterImage decode(JpegFile file, ImageLimits limits) {
        limits.room().accept(file.decodingBytes());
        List<String> warnings = new ArrayList<>();
        try {
            ImageReader reader = JDK_READER.createReaderInstance();
            try {
                reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
                reader.addIIOReadProgressListener(new StillWanted(limits.wanted()));
                reader.setInput(new ByteArrayImageInput(file.stream(), limits.wanted()), true, true);
                RasterImage image = read(reader, file);
                refuseDamage(warnings);
                return image;
            } finally {
                reader.dispose();
            }
        } catch (CancellationException e) {
            // No damage, though an IllegalStateException: the answer is not wanted any more.
            throw e;
        } catch (IOException e) {
            throw new InvalidImageException("the JPEG is corrupt: " + e.getMessage(), e);
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            // The JDK's reader checks some of a damaged file's values only by failing over them.
            throw new InvalidImageException("the JPEG is corrupt: its values contradict each other", e);
        }
    }

    /** Surplus bytes behind complete data (some cameras pad) harm no pixel; every other warning means lost ones. */
    private static void refuseDamage(List<String> warnings) {
        for (String warning : warnings) {
            if (!warning.contains("extraneous bytes")) {
                throw new InvalidImageException("the JPEG is corrupt: " + warning);
            }
        }
    }

    private static RasterImage read(ImageReader reader, JpegFile file) throws IOException {
        JpegFrame frame = file.frame();
        JpegFile.Colour colour = file.colour();
        if (colour.components == 4) {
            Raster raster = reader.readRaster(0, new ImageReadParam());
            byte[] stored = ((DataBufferByte) raster.getDataBuffer()).getData();
            return CmykConversion.toRgb(frame.width(), frame.height(), stored, colour == JpegFile.Colour.YCCK);
        }
        byte[] samples = new byte[frame.width() * frame.height() * colour.components];
        ImageReadParam into = new ImageReadParam();
        into.setDestination(over(samples, frame.width(), frame.height(), colour.components));
        reader.read(0, into);
        return new RasterImage(frame.width(), frame.height(), colour.components, samples);
    }

    private static BufferedImage over(byte[] samples, int width, int height, int channels) {
        int[] order = channels == 1 ? new int[] {0} : new int[] {0, 1, 2};
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(samples, samples.length),
                width,
                height,
                width * channels,
                channels,
                order,
                new Point(0, 0));
        ColorSpace space = ColorSpace.getInstance(channels == 1 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
        ColorModel model = new ComponentColorModel(space, false, false, ColorModel.OPAQUE, DataBuffer.TYPE_BYTE);
        return new BufferedImage(model, raster, false, null);
    }
}
