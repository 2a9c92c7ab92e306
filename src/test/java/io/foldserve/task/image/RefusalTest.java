package io.foldserve.task.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not decoded, and as what it is refused. */
class RefusalTest {
    private static final ImageLimits LIMITS = new ImageLimits(10_000);
    private static final byte[] PNG = GoldenPictures.bytes("decode/rgb8.png");
    private static final byte[] GIF = GoldenPictures.bytes("decode/few-colours.gif");
    private static final byte[] JPEG = GoldenPictures.bytes("decode/sampled-420.jpg");

    @Test
    void refusesAnEmptyBody() {
        decoding(new byte[0]).isInstanceOf(UnsupportedImageException.class).hasMessageContaining("no bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "GIF88a\1\0\1\0\0\0\0;", "RIFF....WEBVP8 ", "BM", "II*", "\u0089PNG", "<svg/>"})
    void refusesWhatIsOfNoFormatThatIsRead(String start) {
        decoding(start.getBytes(StandardCharsets.ISO_8859_1)).isInstanceOf(UnsupportedImageException.class);
    }

    @Test
    void refusesEveryTruncationOfAJpeg() {
        for (int length = 3; length < JPEG.length; length++) {
            decoding(Arrays.copyOf(JPEG, length))
                    .isInstanceOf(InvalidImageException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void refusesATruncatedJpegThatWasGivenAnEndMarker() {
        byte[] cut = Arrays.copyOf(JPEG, JPEG.length * 3 / 4);
        cut[cut.length - 2] = (byte) 0xFF;
        cut[cut.length - 1] = (byte) 0xD9;
        decoding(cut).isInstanceOf(InvalidImageException.class).hasMessageContaining("premature end");
    }

    @Test
    void refusesAJpegOfMoreScansThanAnyEncoderWritesBeforeItIsDecoded() {
        assertThat(JpegFile.read(withScans(32), LIMITS).frame().width()).isPositive();
        assertThatThrownBy(() -> JpegFile.read(withScans(33), LIMITS))
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("the JPEG has more than 32 scans");
    }

    @Test
    void refusesEveryTruncationOfAWebp() {
        byte[] webp = GoldenPictures.bytes("decode/lossy.webp");
        for (int length = 12; length < webp.length; length++) {
            decoding(Arrays.copyOf(webp, length))
                    .isInstanceOf(InvalidImageException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void refusesAnAnimatedWebpWithoutAFrame() {
        byte[] webp = GoldenPictures.bytes("decode/animated.webp");
        for (int at = 0; at + 4 <= webp.length; at++) {
            if (new String(webp, at, 4, StandardCharsets.ISO_8859_1).equals("ANMF")) {
                webp[at] = 'x';
            }
        }
        decoding(webp)
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("the WebP is corrupt: it is an animation without a frame");
    }

    @Test
    void refusesAnAnimatedWebpWhoseFrameLiesBeyondItsCanvas() {
        byte[] webp = GoldenPictures.bytes("decode/animated-on-a-canvas.webp");
        webp[24] = 46;
        decoding(webp)
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("the WebP is corrupt: its first frame lies beyond its canvas");
    }

    @Test
    void refusesATiffWhosePixelsAreCutOff() {
        byte[] tiff = GoldenPictures.bytes("decode/big-endian.tiff");
        byte[] pixelsGone = tiff.clone();
        // The directory's sixth entry says where the pixels begin.
        ByteBuffer.wrap(pixelsGone).putInt(ByteBuffer.wrap(tiff).getInt(4) + 2 + 12 * 5 + 8, tiff.length - 100);
        decoding(pixelsGone).isInstanceOf(InvalidImageException.class);
    }

    @Test
    void refusesATiffOfOtherSamplesThanAreReadAndSaysWhich() {
        byte[] tiff = GoldenPictures.bytes("decode/big-endian.tiff");
        int compression = ByteBuffer.wrap(tiff).getInt(4) + 2 + 12 * 3 + 8;
        ByteBuffer.wrap(tiff).putShort(compression, (short) 7);
        decoding(tiff)
                .isInstanceOf(UnsupportedImageException.class)
                .hasMessage("expected a TIFF of grey, RGB or CMYK of 8 or 16 bits, or of grey or a palette of 1, 2, 4 "
                        + "or 8 bits, uncompressed or by LZW, deflate or PackBits, or of black and white by CCITT's "
                        + "T.4 or T.6, found one with compression 7");
    }

    @ParameterizedTest
    @CsvSource({
        "grey16, 262, 0, 1 samples of 16 bits of colour space 0",
        "grey16, 258, 32, 1 samples of 32 bits of colour space 1",
        "grey16, 259, 4, compression 4",
        "palette4, 258, 16, 1 samples of 16 bits of colour space 3",
        "palette1, 259, 3, compression 3",
        "rgb16-alpha, 338, 1, colours multiplied by their alpha",
        "rgb16-alpha, 262, 1, 4 samples of colour space 1"
    })
    void refusesTiffsThatPillowDoesNotReadOrNotSanely(String name, int tag, int value, String found) {
        byte[] tiff = GoldenPictures.bytes("decode/" + name + ".tiff");
        ByteBuffer file = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        int entry = file.getInt(4) + 2;
        while (file.getShort(entry) != tag) {
            entry += 12;
        }
        file.putShort(entry + 8, (short) value);
        decoding(tiff).isInstanceOf(UnsupportedImageException.class).hasMessageEndingWith("found one with " + found);
    }

    @Test
    void refusesATiffWhosePaletteIsCutOff() {
        byte[] tiff = GoldenPictures.bytes("decode/palette4.tiff");
        ByteBuffer file = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        int entry = file.getInt(4) + 2;
        while (file.getShort(entry) != 320) {
            entry += 12;
        }
        file.putInt(entry + 8, tiff.length - 95);
        decoding(tiff)
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("the TIFF is corrupt: it has no palette of 16 colours");
    }

    @Test
    void refusesATiffThatDeclaresMorePixelsThanAreAccepted() {
        byte[] tiff = GoldenPictures.bytes("decode/big-endian.tiff");
        ByteBuffer.wrap(tiff).putShort(ByteBuffer.wrap(tiff).getInt(4) + 2 + 8, (short) 60_000);
        decoding(tiff).isInstanceOf(ImageTooLargeException.class).hasMessageContaining("60000×29");
    }

    /** The baseline picture with its only scan repeated. */
    private static byte[] withScans(int scans) {
        String file = new String(JPEG, StandardCharsets.ISO_8859_1);
        int scan = file.indexOf("\u00FF\u00DA");
        String repeated = file.substring(scan, file.length() - 2).repeat(scans);
        return (file.substring(0, scan) + repeated + "\u00FF\u00D9").getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void refusesEveryTruncationOfAPng() {
        for (int length = 8; length < PNG.length; length++) {
            decoding(Arrays.copyOf(PNG, length))
                    .isInstanceOf(InvalidImageException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void refusesEveryChangedBitOfAPngsCriticalChunks() {
        for (int at = 8; at < PNG.length; at++) {
            byte[] changed = PNG.clone();
            changed[at] ^= 4;
            if (isText(at)) {
                continue;
            }
            decoding(changed).isInstanceOf(ImageException.class);
        }
    }

    private static boolean isText(int at) {
        int start = indexOf(PNG, "tEXt");
        return at >= start && at < start + 4 + "Comment\0two pixel chunks".length() + 4;
    }

    @Test
    void refusesAPngBombByItsHeaderAlone() {
        byte[] bomb = withHeader(65_535, 65_535, 8, 2);
        decoding(bomb).isInstanceOf(ImageTooLargeException.class).hasMessageContaining("65535×65535");
        decoding(Arrays.copyOf(bomb, 40)).isInstanceOf(ImageTooLargeException.class);
    }

    @Test
    void refusesSidesWhoseProductOverflows() {
        decoding(withHeader(-1, -1, 8, 2)).isInstanceOf(ImageTooLargeException.class);
        decoding(withHeader(1 << 16, 1 << 16, 8, 2)).isInstanceOf(ImageTooLargeException.class);
    }

    @Test
    void refusesAJpegBombByItsHeaderAlone() {
        byte[] bomb = JPEG.clone();
        int frame = frame();
        Arrays.fill(bomb, frame + 5, frame + 9, (byte) 0xFF);
        decoding(bomb).isInstanceOf(ImageTooLargeException.class).hasMessageContaining("65535×65535");
        decoding(Arrays.copyOf(bomb, frame + 30)).isInstanceOf(ImageTooLargeException.class);
    }

    @Test
    void refusesOnePixelMoreThanAllowed() {
        int pixels = 101 * 75;
        assertThat(ImageDecoder.decode(JPEG, new ImageLimits(pixels)).width()).isEqualTo(101);
        assertThatThrownBy(() -> ImageDecoder.decode(JPEG, new ImageLimits(pixels - 1)))
                .isInstanceOf(ImageTooLargeException.class);
        assertThatThrownBy(() -> ImageDecoder.decode(JPEG, new ImageLimits(pixels, 100)))
                .isInstanceOf(ImageTooLargeException.class);
    }

    @Test
    void refusesASideOfZero() {
        decoding(withHeader(0, 5, 8, 2)).isInstanceOf(InvalidImageException.class);
        decoding(withHeader(5, 0, 8, 2)).isInstanceOf(InvalidImageException.class);
        byte[] flat = JPEG.clone();
        Arrays.fill(flat, frame() + 5, frame() + 7, (byte) 0);
        decoding(flat).isInstanceOf(InvalidImageException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0803, 0x0103, 0x1003, 0x0305, 0x0801, 0x0807, 0x0402, 0x2000})
    void refusesColourTypesAndDepthsThatDoNotExistOrLackAPalette(int depthAndType) {
        decoding(withHeader(43, 29, depthAndType >> 8, depthAndType & 0xFF)).isInstanceOf(InvalidImageException.class);
    }

    @Test
    void refusesAPngWithFewerPixelsThanDeclared() {
        decoding(withHeader(43, 30, 8, 2))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("fewer");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC3, 0xC5, 0xC9, 0xCA, 0xCB})
    void refusesJpegProcessesThatItDoesNotRead(int frameType) {
        byte[] other = JPEG.clone();
        other[frame() + 1] = (byte) frameType;
        decoding(other).isInstanceOf(UnsupportedImageException.class);
    }

    @Test
    void refusesATwelveBitJpeg() {
        byte[] deep = JPEG.clone();
        deep[frame() + 4] = 12;
        decoding(deep).isInstanceOf(UnsupportedImageException.class).hasMessageContaining("12 bits");
    }

    @Test
    void refusesAGifWithoutAPicture() {
        decoding("GIF89a\1\0\1\0\0\0\0;".getBytes(StandardCharsets.ISO_8859_1))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("0x3b at byte 13 where its first frame was expected");
    }

    @Test
    void refusesEveryTruncationOfAGif() {
        for (int length = 6; length < GIF.length - 3; length++) {
            decoding(Arrays.copyOf(GIF, length))
                    .isInstanceOf(InvalidImageException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void refusesAGifBombByItsHeaderAlone() {
        byte[] bomb = Arrays.copyOf(GIF, indexOf(GIF, ",\0\0\0\0") + 10);
        Arrays.fill(bomb, 6, 10, (byte) 0xFF);
        decoding(bomb).isInstanceOf(ImageTooLargeException.class).hasMessageContaining("65535×65535");
        byte[] frame = bomb.clone();
        Arrays.fill(frame, 6, 10, (byte) 1);
        Arrays.fill(frame, frame.length - 5, frame.length - 1, (byte) 0xFF);
        decoding(frame).isInstanceOf(ImageTooLargeException.class).hasMessageContaining("65535×65535");
    }

    @Test
    void refusesACodeThatAGifsTableDoesNotHave() {
        byte[] corrupt = GIF.clone();
        int codes = indexOf(GIF, ",\0\0\0\0") + 12;
        Arrays.fill(corrupt, codes, codes + 20, (byte) 0xFF);
        decoding(corrupt).isInstanceOf(InvalidImageException.class).hasMessageContaining("corrupt: code");
    }

    @Test
    void refusesAGifsColourBeyondItsPalette() {
        byte[] open = GoldenPictures.bytes("decode/transparent-on-a-screen.gif");
        byte[] few = GoldenPictures.bytes("decode/on-a-screen.gif");
        int control = indexOf(open, "!\u00F9\u0004");
        byte[] beyond = new byte[few.length + 8];
        int frame = indexOf(few, ",\t\0\u0004\0");
        System.arraycopy(few, 0, beyond, 0, frame);
        System.arraycopy(open, control, beyond, frame, 8);
        beyond[frame + 6] = 99;
        System.arraycopy(few, frame, beyond, frame + 8, few.length - frame);
        decoding(beyond)
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("the GIF has a pixel of colour 99, beyond its palette of 8");
    }

    @Test
    void refusesEveryTruncationOfABmp() {
        byte[] bmp = GoldenPictures.bytes("decode/24.bmp");
        for (int length = 18; length < bmp.length - 3; length++) {
            decoding(Arrays.copyOf(bmp, length))
                    .isInstanceOf(InvalidImageException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void refusesABmpBombByItsHeaderAlone() {
        decoding(bmp(18, 0x7FFF_FFFF)).isInstanceOf(ImageTooLargeException.class);
        decoding(bmp(18, -5)).isInstanceOf(ImageTooLargeException.class);
        decoding(bmp(22, Integer.MIN_VALUE)).isInstanceOf(ImageTooLargeException.class);
        decoding(bmp(22, 0)).isInstanceOf(InvalidImageException.class).hasMessageContaining("a side is 0");
    }

    @Test
    void refusesCompressedBmpsAndOtherDepths() {
        for (int compression : new int[] {1, 2, 3, 4, 5}) {
            decoding(bmp(30, compression))
                    .isInstanceOf(UnsupportedImageException.class)
                    .hasMessageContaining("found compression " + compression + " and 8 bits");
        }
        decoding(bmp(28, 16)).isInstanceOf(UnsupportedImageException.class).hasMessageContaining("16 bits");
    }

    @Test
    void refusesABmpWhosePaletteDoesNotFit() {
        decoding(bmp(46, 257)).isInstanceOf(InvalidImageException.class).hasMessageContaining("257 colours");
        decoding(bmp(46, 5)).isInstanceOf(InvalidImageException.class).hasMessageContaining("beyond its palette of 5");
        decoding(bmp(10, 60)).isInstanceOf(InvalidImageException.class).hasMessageContaining("pixels at byte 60");
    }

    /** A BMP of 8 bits with {@code value} in its header's field at {@code at}. */
    private static byte[] bmp(int at, int value) {
        byte[] bmp = GoldenPictures.bytes("decode/8.bmp");
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return bmp;
    }

    @Test
    void refusesLimitsThatNoArrayCouldHold() {
        assertThatThrownBy(() -> new ImageLimits(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageLimits(Integer.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageLimits(10, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> decoding(byte[] bytes) {
        return assertThatThrownBy(() -> ImageDecoder.decode(bytes, LIMITS));
    }

    /** Where the frame header's marker is. */
    private static int frame() {
        return indexOf(JPEG, "\u00FF\u00C0\0\u0011\b");
    }

    /** The PNG with another header, correctly checksummed. */
    private static byte[] withHeader(int width, int height, int depth, int colourType) {
        byte[] changed = PNG.clone();
        ByteBuffer.wrap(changed, 16, 8).putInt(width).putInt(height);
        changed[24] = (byte) depth;
        changed[25] = (byte) colourType;
        CRC32 crc = new CRC32();
        crc.update(changed, 12, 17);
        ByteBuffer.wrap(changed).putInt(29, (int) crc.getValue());
        return changed;
    }

    private static int indexOf(byte[] bytes, String text) {
        int index = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(index).isPositive();
        return index;
    }
}
