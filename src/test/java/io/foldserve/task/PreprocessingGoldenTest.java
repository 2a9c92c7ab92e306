package io.foldserve.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.task.image.GoldenPictures;
import io.foldserve.task.image.ImageDecoder;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.Interpolation;
import io.foldserve.task.image.RasterImage;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Resizing and cropping against torchvision's transforms on Pillow images. */
class PreprocessingGoldenTest {
    private static final ImageLimits LIMITS = new ImageLimits(1_000_000);

    /** Equal decoders give equal results; a libjpeg that differs by a level or two may show through by one. */
    private static final int JPEG_TOLERANCE = 1;

    /** Torch fuses products and sums where the machine can, so that a middle between two levels may round otherwise. */
    private static final int FLOAT_TOLERANCE = 1;

    record Case(String source, Input input, String expected) {}

    record Input(
            int width,
            int height,
            Object resize,
            String crop,
            @Nullable String interpolation,
            @Nullable String colour,
            @Nullable Boolean antialias) {
        Preprocessing preprocessing() {
            Colour channels = colour == null ? Colour.RGB : Colour.valueOf(colour.toUpperCase(Locale.ROOT));
            return new Preprocessing(
                    width,
                    height,
                    channels,
                    declaredResize(),
                    interpolation == null
                            ? Interpolation.BILINEAR
                            : Interpolation.valueOf(
                                    interpolation.toUpperCase(Locale.ROOT).replace('-', '_')),
                    crop.equals("center"),
                    Collections.nCopies(channels.channels(), 0.0),
                    Collections.nCopies(channels.channels(), 1.0),
                    Preprocessing.UNIT_SCALE,
                    Orientation.IGNORE,
                    antialias == null || antialias);
        }

        private Resize declaredResize() {
            if (!(resize instanceof Map<?, ?> map)) {
                return new Resize.None();
            }
            if (map.get("shorterSide") instanceof Integer length) {
                return new Resize.ShorterSide(length);
            }
            if (map.get("longerSide") instanceof Integer length) {
                return new Resize.LongerSide(length);
            }
            return map.get("letterbox") instanceof Integer fill
                    ? new Resize.Letterbox(width, height, fill)
                    : new Resize.Exact(side(map, "width"), side(map, "height"));
        }

        private static int side(Map<?, ?> map, String key) {
            return (Integer) Objects.requireNonNull(map.get(key));
        }
    }

    static List<Case> cases() throws IOException {
        return cases("preprocess/cases.json");
    }

    static List<Case> resizings() throws IOException {
        return cases("preprocess/resizing.json");
    }

    static List<Case> openCvResizings() throws IOException {
        return cases("preprocess/opencv.json");
    }

    private static List<Case> cases(String file) throws IOException {
        return new ObjectMapper().readValue(GoldenPictures.bytes(file), new TypeReference<>() {});
    }

    @ParameterizedTest
    @MethodSource("cases")
    void resizesAndCropsLikeTorchvision(Case golden) {
        int tolerance = golden.source().endsWith(".jpg") ? JPEG_TOLERANCE : 0;
        assertThat(largestDifference(golden)).isLessThanOrEqualTo(tolerance);
    }

    @ParameterizedTest
    @MethodSource("resizings")
    void resizesWithoutAntialiasingToTheLongerSideAndIntoALetterbox(Case golden) {
        boolean antialiased = !Boolean.FALSE.equals(golden.input().antialias());
        assertThat(largestDifference(golden)).isLessThanOrEqualTo(antialiased ? 0 : FLOAT_TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("openCvResizings")
    void resizesAsOpenCvDoesToTheBit(Case golden) {
        assertThat(largestDifference(golden)).isZero();
    }

    private static int largestDifference(Case golden) {
        RasterImage source = ImageDecoder.decode(GoldenPictures.bytes("preprocess/" + golden.source()), LIMITS);
        RasterImage prepared = golden.input().preprocessing().apply(source);
        RasterImage expected = GoldenPictures.expected("preprocess/" + golden.expected());
        if (!"grey".equals(golden.input().colour())) {
            expected = expected.rgb();
        }
        return GoldenPictures.largestDifference(prepared, expected);
    }
}
