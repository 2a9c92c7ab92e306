package io.foldserve.task.image;

import io.foldserve.problem.Sentence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a coverage-guided fuzzer calls with pictures. */
public final class PictureFuzz {
    private static final ImageLimits LIMITS = new ImageLimits(40_000);
    private static final Path FOLDER = Path.of("src/test/resources/io/foldserve/task/decode");

    private PictureFuzz() {}

    /** Decodes {@code file}, with the checksums of a PNG made right, which would keep damage from what is inside. */
    public static void fuzzerTestOneInput(byte[] file) {
        byte[] mended = file.clone();
        if (file.length > 0 && file[0] == (byte) 0x89) {
            DecoderFuzzTest.mendCheckSums(mended);
        }
        try {
            RasterImage image = ImageDecoder.decode(mended, LIMITS);
            if ((long) image.width() * image.height() > LIMITS.maxPixels()) {
                throw new AssertionError("a picture beyond the limit: " + image);
            }
        } catch (ImageException refused) {
            Sentence.expect(file, refused);
        }
    }

    /** Pictures to start from. */
    public static List<byte[]> seeds() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> GoldenPictures.bytes("decode/" + file.getFileName()))
                    .filter(picture -> picture.length < 20_000)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
