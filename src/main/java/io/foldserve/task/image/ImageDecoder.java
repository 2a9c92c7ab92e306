package io.foldserve.task.image;

/**
 * JPEG, PNG, GIF, BMP, TIFF and WebP bytes to pixels, with the results of Pillow's {@code
 * Image.open(f).convert("RGB")} (a grey picture stays at one channel; {@link RasterImage#rgb()} and {@link
 * RasterImage#grey()} are the conversions).
 *
 * <ul>
 *   <li>The format is told from the first bytes, never from a declared content type.
 *   <li>An alpha channel and a PNG's, GIF's or WebP's transparency are dropped, not composited.
 *   <li>Of a GIF the first frame is read, of BMPs those that are not compressed, of 1, 4, 8, 24 and 32 bits.
 *   <li>Of a TIFF the first picture is read, of 1 to 16 bits a sample, uncompressed or by LZW, deflate, PackBits or
 *       CCITT's codes; WebPs are read, of animations the first frame.
 *   <li>16-bit samples keep their high byte. Pillow does so too, but for 16-bit grey, which it clips at 255 (nearly
 *       every pixel white): there this decoder differs on purpose.
 *   <li>CMYK and YCCK JPEGs are taken as inverted (Adobe's convention), without colour management.
 *   <li>Embedded colour profiles and the EXIF orientation are not applied, but for a TIFF's orientation: neither Pillow
 *       nor torchvision does by default. {@link ExifOrientation} sets a picture upright on request.
 *   <li>A truncated or corrupt picture is refused, where many decoders fill the rest with grey.
 * </ul>
 *
 * <p>Thread-safe: nothing is shared between calls, and no global setting is touched.
 */
public final class ImageDecoder {
    private ImageDecoder() {}

    /**
     * Decodes {@code bytes}.
     *
     * @throws UnsupportedImageException if they are no JPEG, PNG, GIF, BMP, TIFF or WebP that is read
     * @throws InvalidImageException if they are a truncated or corrupt one
     * @throws ImageTooLargeException if the header declares more than {@code limits} allow; decided before decoding
     */
    public static RasterImage decode(byte[] bytes, ImageLimits limits) {
        if (JpegFile.matches(bytes)) {
            return JpegDecoder.decode(JpegFile.read(bytes, limits), limits);
        }
        if (PngDecoder.matches(bytes)) {
            return PngDecoder.decode(bytes, limits);
        }
        if (GifDecoder.matches(bytes)) {
            return GifDecoder.decode(bytes, limits);
        }
        if (BmpDecoder.matches(bytes)) {
            return BmpDecoder.decode(bytes, limits);
        }
        if (TiffDecoder.matches(bytes)) {
            return TiffDecoder.decode(bytes, limits);
        }
        if (WebpDecoder.matches(bytes)) {
            return WebpDecoder.decode(bytes, limits);
        }
        throw new UnsupportedImageException("expected a JPEG, PNG, GIF, BMP, TIFF or WebP, found " + found(bytes));
    }

    private static String found(byte[] bytes) {
        if (bytes.length == 0) {
            return "no bytes";
        }
        StringBuilder start = new StringBuilder();
        for (int i = 0; i < Math.min(8, bytes.length); i++) {
            start.append("%s%02x".formatted(i == 0 ? "" : " ", bytes[i]));
        }
        return "%d bytes that start with %s".formatted(bytes.length, start);
    }
}
