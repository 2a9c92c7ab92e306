package io.foldserve.task.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;

/**
 * Reads the first picture of a TIFF by the JDK's own reader, with the pixels of Pillow's {@code convert("RGB")}: alpha
 * is dropped (a grey whose 0 is white is inverted by the reader), and of 16 bits, a palette's too, the high eight
 * count, also of grey, which Pillow would clip. Pillow sets a TIFF upright by its orientation whenever it reads one,
 * and so does this.
 */
final class TiffDecoder {
    private static final ImageReaderSpi JDK_READER = JdkReaders.of("tiff");

    private TiffDecoder() {}

    static boolean matches(byte[] bytes) {
        return TiffHeader.matches(bytes);
    }

    static RasterImage decode(byte[] bytes, ImageLimits limits) {
        TiffHeader header = TiffHeader.read(bytes, limits);
        long pixels = (long) header.width() * header.height();
        limits.room()
                .accept((header.channels() * header.sampleBytes() + 6) * pixels
                        + 2 * header.blockBytes()
                        + (header.differences() > 0 ? bytes.length : 0));
        List<String> warnings = new ArrayList<>();
        try {
            ImageReader reader = JDK_READER.createReaderInstance();
            try {
                reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
                reader.setInput(new ByteArrayImageInput(undifferenced(bytes, header), limits.going()), true, true);
                BufferedImage image = reader.read(0);
                if (!warnings.isEmpty()) {
                    throw new InvalidImageException("the TIFF is corrupt: " + warnings.get(0));
                }
                return ExifOrientation.uprightTiff(samples(image.getRaster(), header, bytes), bytes);
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw new InvalidImageException("the TIFF is corrupt: " + e.getMessage(), e);
        } catch (ImageException | CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            // The JDK's reader checks some of a damaged file's values only by failing over them.
            throw new InvalidImageException("the TIFF is corrupt", e);
        }
    }

    /** The JDK's reader does not add 16-bit differences up, so it is not told of them. */
    private static byte[] undifferenced(byte[] bytes, TiffHeader header) {
        if (header.differences() == 0) {
            return bytes;
        }
        byte[] plain = bytes.clone();
        plain[header.differences() + (bytes[0] == 'I' ? 0 : 1)] = 1;
        return plain;
    }

    private static RasterImage samples(Raster raster, TiffHeader header, byte[] bytes) {
        int channels = header.channels();
        if (raster.getWidth() != header.width()
                || raster.getHeight() != header.height()
                || raster.getNumBands() != channels) {
            throw new InvalidImageException("the TIFF is corrupt: its pixels are not those it declares");
        }
        if (header.inks()) {
            return CmykConversion.toRgb(header.width(), header.height(), lights(raster, header), false);
        }
        int kept = channels >= 3 || header.palette() > 0 ? 3 : 1;
        byte[] samples = new byte[header.width() * header.height() * kept];
        int[] row = new int[header.width() * channels];
        for (int y = 0, to = 0; y < header.height(); y++) {
            read(raster, y, row, header);
            for (int from = 0; from < row.length; from += channels) {
                for (int c = 0; c < kept; c++) {
                    samples[to++] = sample(row, from, c, header, bytes);
                }
            }
        }
        return new RasterImage(header.width(), header.height(), kept, samples);
    }

    /** How much light each ink of each pixel lets through, as {@link CmykConversion} takes it. */
    private static byte[] lights(Raster raster, TiffHeader header) {
        int[] row = new int[4 * raster.getWidth()];
        byte[] lights = new byte[row.length * raster.getHeight()];
        for (int y = 0, to = 0; y < raster.getHeight(); y++) {
            read(raster, y, row, header);
            for (int ink : row) {
                lights[to++] = (byte) (255 - (header.bits() == 16 ? ink >> 8 : ink));
            }
        }
        return lights;
    }

    private static void read(Raster raster, int y, int[] row, TiffHeader header) {
        raster.getPixels(0, y, header.width(), 1, row);
        int channels = header.channels();
        for (int i = channels; header.differences() > 0 && i < row.length; i++) {
            if (i / channels % header.blockWidth() != 0) {
                row[i] = row[i] + row[i - channels] & 0xFFFF;
            }
        }
    }

    private static byte sample(int[] row, int from, int channel, TiffHeader header, byte[] bytes) {
        if (header.palette() > 0) {
            int colour = header.palette() + 2 * ((channel << header.bits()) + row[from]);
            return bytes[bytes[0] == 'I' ? colour + 1 : colour];
        }
        int sample = row[from + channel];
        return (byte) (header.bits() == 16 ? sample >> 8 : sample * 255 / ((1 << header.bits()) - 1));
    }
}
