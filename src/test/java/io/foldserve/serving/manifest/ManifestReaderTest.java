package io.foldserve.serving.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.architecture.Declaration;
import io.foldserve.task.Colour;
import io.foldserve.task.Head;
import io.foldserve.task.MaskSize;
import io.foldserve.task.Orientation;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.Resize;
import io.foldserve.task.TaskKind;
import io.foldserve.task.image.Interpolation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestReaderTest {
    private static final CheckpointSource DECLARED = new CheckpointSource.Training(
            Optional.empty(), Declaration.of(Map.of("name", "cifar-resnet20", "classes", 3)));

    private ModelFolder folder;

    @BeforeEach
    void writeFolder(@TempDir Path parent) throws IOException {
        folder = new ModelFolder(parent);
    }

    @Test
    void readsEveryDeclaredValue() {
        ModelManifest manifest = ManifestReader.read(folder.path());

        assertThat(manifest.name()).isEqualTo("digits");
        assertThat(manifest.task()).isEqualTo(TaskKind.CLASSIFICATION);
        assertThat(manifest.labels()).containsExactly("zero", "one", "two");
        assertThat(manifest.input())
                .isEqualTo(new Preprocessing(
                        8,
                        6,
                        Colour.RGB,
                        new Resize.ShorterSide(9),
                        Interpolation.BILINEAR,
                        true,
                        List.of(0.5, 0.4, 0.3),
                        List.of(0.2, 0.2, 0.1),
                        Preprocessing.UNIT_SCALE));
        assertThat(manifest.variants())
                .containsExactly(
                        new VariantManifest("doconv", folder.path().resolve("a.pth"), DECLARED, 90, false),
                        new VariantManifest("baseline", folder.path().resolve("b.pth"), DECLARED, 10, true));
        assertThat(manifest.baseline()).isEqualTo(manifest.variant("baseline"));
    }

    @Test
    void sharesAreEqualWhenNoneIsDeclared() throws IOException {
        folder.replace(", traffic: 90", "").replace(", traffic: 10", "");

        assertThat(ManifestReader.read(folder.path()).variants())
                .extracting(VariantManifest::traffic)
                .containsExactly(1, 1);
    }

    @Test
    void aVariantMayNameTheStateDictThatIsMeant() throws IOException {
        folder.replace("traffic: 90", "traffic: 90, entry: model_ema");

        assertThat(ManifestReader.read(folder.path()).variants())
                .extracting(variant -> ((CheckpointSource.Training) variant.source()).entry())
                .containsExactly(Optional.of("model_ema"), Optional.empty());
    }

    @Test
    void aStateDictInAListMayBeNamedByItsPositionWithoutQuotes() throws IOException {
        folder.replace("traffic: 90", "traffic: 90, entry: 1");

        assertThat(((CheckpointSource.Training) ManifestReader.read(folder.path())
                                .variants()
                                .get(0)
                                .source())
                        .entry())
                .contains("1");
    }

    @Test
    void aVariantMayGetNoTraffic() throws IOException {
        folder.replace("traffic: 90", "traffic: 0");

        assertThat(ManifestReader.read(folder.path())
                        .variant("doconv")
                        .orElseThrow()
                        .traffic())
                .isZero();
    }

    @Test
    void picturesAreResizedToTheNetworksSizeAndElseTakenAsTheyAreWhenNothingMoreIsDeclared() throws IOException {
        folder.replace(
                ", colour: rgb, resize: { shorterSide: 9 }, crop: center, mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.1]",
                "");

        assertThat(ManifestReader.read(folder.path()).input())
                .isEqualTo(new Preprocessing(
                        8,
                        6,
                        Colour.RGB,
                        new Resize.Exact(8, 6),
                        Interpolation.BILINEAR,
                        false,
                        List.of(0.0, 0.0, 0.0),
                        List.of(1.0, 1.0, 1.0),
                        Preprocessing.UNIT_SCALE));
    }

    @Test
    void aCropWithoutResizeCutsTheMiddleOutOfThePictureAsItIs() throws IOException {
        folder.replace(", resize: { shorterSide: 9 }", "");

        assertThat(ManifestReader.read(folder.path()).input().resize()).isEqualTo(new Resize.None());
    }

    @Test
    void aGreyInputResizedExactlyAndBicubicallyMayBeDeclared() throws IOException {
        folder.replace("colour: rgb", "colour: grey, interpolation: bicubic, scale: 1")
                .replace("resize: { shorterSide: 9 }, crop: center", "resize: { width: 8, height: 6 }")
                .replace("[0.5, 0.4, 0.3]", "[0.5]")
                .replace("[0.2, 0.2, 0.1]", "[0.25]");

        assertThat(ManifestReader.read(folder.path()).input())
                .isEqualTo(new Preprocessing(
                        8,
                        6,
                        Colour.GREY,
                        new Resize.Exact(8, 6),
                        Interpolation.BICUBIC,
                        false,
                        List.of(0.5),
                        List.of(0.25),
                        1.0));
    }

    @Test
    void aLetterboxHasTheNetworksSize() throws IOException {
        folder.replace("resize: { shorterSide: 9 }, crop: center", "resize: { letterbox: 114 }, antialias: false");

        Preprocessing input = ManifestReader.read(folder.path()).input();
        assertThat(input.resize()).isEqualTo(new Resize.Letterbox(8, 6, 114));
        assertThat(input.antialias()).isFalse();
    }

    @Test
    void theLongerSideMayBeDeclaredBesideACrop() throws IOException {
        assertThat(ManifestReader.read(folder.path()).input().antialias()).isTrue();
        folder.replace("shorterSide", "longerSide");
        assertThat(ManifestReader.read(folder.path()).input().resize()).isEqualTo(new Resize.LongerSide(9));
    }

    @Test
    void aMaskHasTheNetworksSizeUnlessThePicturesIsDeclared() throws IOException {
        folder.replace("task: classification", "task: segmentation").replace(", crop: center", "");
        folder.replace("{ shorterSide: 9 }", "{ width: 8, height: 6 }");
        assertThat(ManifestReader.read(folder.path()).visionTask().maskSize()).isEqualTo(MaskSize.NETWORK);
        folder.replace("labels: labels.txt", "labels: labels.txt\nmaskSize: input");
        assertThat(ManifestReader.read(folder.path()).visionTask().maskSize()).isEqualTo(MaskSize.INPUT);
    }

    @Test
    void picturesAreTakenAsTheyAreStoredUnlessExifIsDeclared() throws IOException {
        assertThat(ManifestReader.read(folder.path()).input().orientation()).isEqualTo(Orientation.IGNORE);
        folder.replace("colour: rgb", "colour: rgb, orientation: exif");
        assertThat(ManifestReader.read(folder.path()).input().orientation()).isEqualTo(Orientation.EXIF);
    }

    @Test
    void anArchitectureOfLayersIsReadWithTheManifest() throws IOException {
        folder.replace(
                "a.pth, architecture: { name: cifar-resnet20, classes: 3 }",
                "a.pth, architecture: { layers: [{ conv: { out: 8, kernel: 1, bias: false } }, relu, "
                        + "{ batchNorm: { epsilon: 1e-3 } }] }");

        assertThat(ManifestReader.read(folder.path())
                        .variant("doconv")
                        .orElseThrow()
                        .source())
                .isEqualTo(new CheckpointSource.Training(
                        Optional.empty(),
                        Declaration.of(Map.of(
                                "layers",
                                List.of(
                                        Map.of("conv", Map.of("out", 8, "kernel", 1, "bias", false)),
                                        "relu",
                                        Map.of("batchNorm", Map.of("epsilon", 1e-3)))))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.1] | 0.00392156862745098",
                "mean: [0.5, 0.4, 0.3] | 0.00392156862745098",
                "mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] | 1",
                "mean: [103.94, 116.78, 123.68] | 1",
                "mean: [0, 0, 0], std: [255, 255, 255] | 1",
                "mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] | 1",
                "mean: [1, 1, 1], scale: 0.00784313725490196 | 0.00784313725490196"
            })
    void theScaleIsThatOfThePixelsThatMeanAndDeviationAreOf(String normalisation, double scale) throws IOException {
        folder.replace("mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.1]", normalisation);

        assertThat(ManifestReader.read(folder.path()).input().scale()).isEqualTo(scale);
    }

    @Test
    void headAndOutputAreReadWhereTheyAreDeclared() throws IOException {
        folder.replace("task: classification", "task: classification\nhead: sigmoid");

        assertThat(ManifestReader.read(folder.path()).head()).contains(Head.SIGMOID);
    }

    @Test
    void aByteOrderMarkBeforeTheLabelsIsNoPartOfThem() throws IOException {
        folder.write("labels.txt", "\uFEFFkatze\r\nhund\r\nmaus\r\n");
        assertThat(ManifestReader.read(folder.path()).labels()).containsExactly("katze", "hund", "maus");
    }

    @Test
    void aByteOrderMarkAloneIsNoLabel() throws IOException {
        assertThat(folder.write("labels.txt", "\uFEFF\n").problems())
                .containsExactly("labels.txt: expected one label a line, found none");
    }
}
