package io.foldserve.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.task.image.GoldenPictures;
import io.foldserve.task.image.ImageDecoder;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.RasterImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Resizing and cropping against torchvision's transforms on Pillow images. */
class PreprocessingGoldenTest {
    private static final ImageLimits LIMITS = new ImageLimits(1_000_000);

    /** Equal decoders give equal results; a libjpeg that differs by a level or two may show through by one. */
    private static final int JPEG_TOLERANCE = 1;

    record Case(String source, Map<String, Object> input, String expected) {}

    static List<Case> cases() throws IOException {
        return new ObjectMapper().readValue(GoldenPictures.bytes("preprocess/cases.json"), new TypeReference<>() {});
    }

    @ParameterizedTest
    @MethodSource("cases")
    void resizesAndCropsLikeTorchvision(Case golden) {
        RasterImage source = ImageDecoder.decode(GoldenPictures.bytes("preprocess/" + golden.source()), LIMITS);
        RasterImage prepared = Preprocessing.declared(golden.input()).apply(source);
        RasterImage expected = GoldenPictures.expected("preprocess/" + golden.expected());
        if (golden.input().get("colour") == null) {
            expected = expected.rgb();
        }
        int tolerance = golden.source().endsWith(".jpg") ? JPEG_TOLERANCE : 0;
        assertThat(GoldenPictures.largestDifference(prepared, expected)).isLessThanOrEqualTo(tolerance);
    }
}
