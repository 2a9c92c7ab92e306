package io.foldserve.task.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.lang.System.Logger;
import javax.imageio.ImageReader;

/**
 * Reads WebPs, lossy and lossless, and the first frame of an animation, by libwebp, which Pillow's pixels come from as
 * well; alpha is dropped, and black is where a frame leaves the canvas transparent.
 */
final class WebpDecoder {
    private static final Logger LOG = System.getLogger(WebpDecoder.class.getName());
    private static final WebPImageReaderSpi READERS = new WebPImageReaderSpi();

    /**
     * Bytes of memory for each pixel: four each of what libwebp works on, what it gives and what the reader makes of
     * that, and our three.
     */
    private static final long PIXEL_BYTES = 15;

    private WebpDecoder() {}

    static boolean matches(byte[] bytes) {
        return WebpHeader.matches(bytes);
    }

    static RasterImage decode(byte[] bytes, ImageLimits limits) {
        WebpHeader header = WebpHeader.read(bytes, limits);
        if (header.animated()) {
            return firstFrame(bytes, header, limits);
        }
        // The reader and libwebp each have a copy of the file.
        limits.room().accept(PIXEL_BYTES * header.width() * header.height() + 2L * bytes.length);
        try {
            return raster(read(bytes, limits), header);
        } catch (IOException e) {
            throw new InvalidImageException("the WebP is corrupt: " + e.getMessage(), e);
        } catch (LinkageError e) {
            LOG.log(Logger.Level.WARNING, "libwebp cannot be loaded: {0}", e.getMessage());
            throw new UnsupportedImageException("WebPs cannot be read by this service: send a PNG or a JPEG");
        }
    }

    private static RasterImage firstFrame(byte[] animation, WebpHeader canvas, ImageLimits limits) {
        WebpFrame frame = WebpFrame.first(animation);
        WebpHeader header = WebpHeader.read(frame.file(), limits);
        boolean isInside =
                frame.left() + header.width() <= canvas.width() && frame.top() + header.height() <= canvas.height();
        if (header.animated() || !isInside) {
            throw new InvalidImageException("the WebP is corrupt: its first frame lies beyond its canvas");
        }
        limits.room().accept(3L * canvas.width() * canvas.height());
        return decode(frame.file(), limits).region(-frame.left(), -frame.top(), canvas.width(), canvas.height());
    }

    private static BufferedImage read(byte[] bytes, ImageLimits limits) throws IOException {
        ImageReader reader = READERS.createReaderInstance(null);
        try {
            reader.setInput(new ByteArrayImageInput(bytes, limits.going()), true, true);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    private static RasterImage raster(BufferedImage image, WebpHeader header) {
        if (image.getWidth() != header.width() || image.getHeight() != header.height()) {
            throw new InvalidImageException("the WebP is corrupt: it declares %d×%d pixels and has %d×%d"
                    .formatted(header.width(), header.height(), image.getWidth(), image.getHeight()));
        }
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        byte[] samples = new byte[3 * pixels.length];
        for (int i = 0, to = 0; i < pixels.length; i++, to += 3) {
            samples[to] = (byte) (pixels[i] >> 16);
            samples[to + 1] = (byte) (pixels[i] >> 8);
            samples[to + 2] = (byte) pixels[i];
        }
        return new RasterImage(header.width(), header.height(), 3, samples);
    }
}
