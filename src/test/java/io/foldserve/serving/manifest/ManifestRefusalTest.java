package io.foldserve.serving.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestRefusalTest {
    private Path parent;

    private ModelFolder folder;

    @BeforeEach
    void writeFolder(@TempDir Path parent) throws IOException {
        this.parent = parent;
        folder = new ModelFolder(parent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            task: classification | task: guessing | task: expected one of classification, segmentation, found "guessing"
            task: classification | taks: classification | taks: unknown key, did you mean task?
            task: classification | kind: classification | task: expected one of classification, segmentation, found nothing
            task: classification | kind: classification | kind: unknown key; known are task, head, labels, maskSize, input, variants, experiment
            labels: labels.txt | maskSize: picture | maskSize: expected one of network, input, found "picture"
            labels: labels.txt | maskSize: network | maskSize: only a segmentation has a mask; leave maskSize out
            labels: labels.txt | labels: [a, b] | labels: expected a file in the model's folder, found ["a", "b"]
            width: 8 | width: wide | input.width: expected a whole number from 1 to 8192, found "wide"
            width: 8 | width: 0 | input.width: expected a whole number from 1 to 8192, found 0
            height: 6 | height: 6.5 | input.height: expected a whole number from 1 to 8192, found 6.5
            width: 8, | `` | input.width: expected a whole number from 1 to 8192, found nothing
            colour: rgb | colour: RGB | input.colour: expected one of rgb, bgr, grey, found "RGB"
            colour: rgb | color: rgb | input.color: unknown key, did you mean colour?
            std: [0.2, 0.2, 0.1] | std: [0.2, 0.2] | input.std: expected a list of 3 positive numbers, one per channel, found [0.2, 0.2]
            std: [0.2, 0.2, 0.1] | std: [0.2, 0, 0.1] | input.std: expected a list of 3 positive numbers, one per channel, found [0.2, 0, 0.1]
            mean: [0.5, 0.4, 0.3] | mean: [0.5, x, 0.3] | input.mean: expected a list of finite numbers, one per channel, found [0.5, "x", 0.3]
            mean: [0.5, 0.4, 0.3] | mean: 0.5 | input.mean: expected a list of finite numbers, one per channel, found 0.5
            crop: center | crop: top | input.crop: expected one of none, center, found "top"
            crop: center | crop: center, scale: -1 | input.scale: expected a positive number, found -1
            , crop: center | `` | input: resize by shorterSide leaves the longer side open; it needs crop: center
            { shorterSide: 9 } | { shorterSide: 9, width: 3 } | input.resize.width: unknown key; known are shorterSide
            { shorterSide: 9 } | { width: 9 } | input.resize.height: expected a whole number from 1 to 8192, found nothing
            { shorterSide: 9 } | { longerSide: 9, width: 3 } | input.resize.width: unknown key; known are longerSide
            { shorterSide: 9 } | { longerSide: 0 } | input.resize.longerSide: expected a whole number from 1 to 8192, found 0
            { shorterSide: 9 }, crop: center | { longerSide: 9 } | input: resize by longerSide leaves the shorter side open; it needs crop: center, which pads with black, or write letterbox
            { shorterSide: 9 } | { letterbox: 256 } | input.resize.letterbox: expected a whole number from 0 to 255, found 256
            { shorterSide: 9 } | { letterbox: 114 } | input: resize by letterbox gives the network's size, of which nothing is left to crop; leave crop out
            crop: center | crop: center, antialias: maybe | input.antialias: expected true or false, found "maybe"
            crop: center | crop: center, antialias: false, interpolation: bicubic | input: antialias: false is for interpolation: bilinear, found bicubic
            crop: center | crop: center, antialias: false, interpolation: nearest | input: antialias: false is for interpolation: bilinear, found nearest
            { shorterSide: 9 } | 9 | input.resize: expected a mapping, found 9
            crop: center | crop: center, interpolation: lanczos | input.interpolation: expected one of nearest, bilinear, bicubic, opencv-nearest, opencv-linear, opencv-area, found "lanczos"
            traffic: 90 | traffic: -1 | variants.doconv.traffic: expected a whole number from 0 to 1000000, found -1
            traffic: 90 | traffic: many | variants.doconv.traffic: expected a whole number from 0 to 1000000, found "many"
            , traffic: 90 | `` | variants.doconv.traffic: expected a share in every variant or in none, found none here
            traffic: 90 | traffic: 90, baseline: true | variants.baseline.baseline: expected at most one baseline, found also doconv
            baseline: true | baseline: 1 | variants.baseline.baseline: expected true or false, found 1
            traffic: 90 | trafic: 90 | variants.doconv.trafic: unknown key, did you mean traffic?
            traffic: 90 | traffic: 90, entry: 0.5 | variants.doconv.entry: expected the key of a state dict in the checkpoint, or its position in a list, found 0.5
            a.pth, architecture: { name: cifar-resnet20, classes: 3 } | a.pth | variants.doconv.architecture: expected a mapping such as { name: resnet50, classes: 1000 }, found nothing
            doconv: { | do conv: { | variants.do conv: expected a variant's name of 1 to 63 letters, digits, '.', '_' or '-', beginning with a letter or digit
            """)
    void namesTheKeyWhatWasExpectedAndWhatWasFound(String old, String replacement, String problem) throws IOException {
        folder.replace(old, replacement);

        assertThat(folder.problems()).contains(problem);
    }

    @Test
    void reportsAllProblemsOfTheWholeFolderAtOnce() throws IOException {
        folder.replace("width: 8", "width: eight")
                .replace("a.pth", "absent.pth")
                .replace("traffic: 10", "traffic: ten")
                .write("labels.txt", "zero\n\ntwo\nzero\n");

        assertThat(folder.problems())
                .containsExactly(
                        "labels.txt line 2: expected a label, found an empty line",
                        "input.width: expected a whole number from 1 to 8192, found \"eight\"",
                        "variants.doconv.checkpoint: expected an existing file, found none at "
                                + folder.path().resolve("absent.pth"),
                        "variants.baseline.traffic: expected a whole number from 0 to 1000000, found \"ten\"");
    }

    @Test
    void refusesAMaskInThePicturesSizeBesideACrop() throws IOException {
        folder.replace("task: classification", "task: segmentation\nmaskSize: input");

        assertThat(folder.problems())
                .containsExactly(
                        "maskSize: a mask in the size of the picture is impossible beside crop: center, because the"
                                + " network never sees what lies outside the crop, so that no class is known there;"
                                + " leave maskSize at network");
    }

    @Test
    void refusesSharesOfAnExperimentBesideTraffic() throws IOException {
        String shares = "experiment: { name: doconv-vs-plain, shares: { doconv: 50, baseline: 50 }";
        folder.replace("experiment: { name: doconv-vs-plain", shares);

        assertThat(folder.problems())
                .containsExactly("experiment.shares: expected shares here or traffic in the variants, found both; leave"
                        + " traffic out of the variants to deal by these shares, or leave shares out to deal by"
                        + " traffic");

        folder.replace(", traffic: 90", "").replace(", traffic: 10", "");
        assertThat(folder.problems()).isEmpty();
    }

    @Test
    void refusesSharesThatSumToNothing() throws IOException {
        folder.replace("traffic: 90", "traffic: 0").replace("traffic: 10", "traffic: 0");

        assertThat(folder.problems())
                .containsExactly("variants.*.traffic: expected shares that sum to more than 0, found only 0");
    }

    @Test
    void refusesPathsThatLeaveTheModelsFolder() throws IOException {
        Files.writeString(parent.resolve("secret.pth"), "");
        folder.replace("a.pth", "../secret.pth").replace("b.pth", "/etc/hostname");

        assertThat(folder.problems())
                .containsExactly(
                        "variants.doconv.checkpoint: expected a file in the model's folder, found ../secret.pth "
                                + "outside it",
                        "variants.baseline.checkpoint: expected a file in the model's folder, found /etc/hostname "
                                + "outside it");
    }

    @Test
    void refusesALinkOutOfTheModelsFolder() throws IOException {
        Files.writeString(parent.resolve("secret.pth"), "");
        Files.createSymbolicLink(folder.path().resolve("link.pth"), parent.resolve("secret.pth"));
        folder.replace("a.pth", "link.pth");

        assertThat(folder.problems())
                .containsExactly(
                        "variants.doconv.checkpoint: expected a file in the model's folder, found a link out of it: "
                                + "link.pth; "
                                + "links are followed only to places that foldserve.models.follow-links names");
    }

    @Test
    void followsALinkToAPlaceThatIsNamedAndToNoOther() throws IOException {
        Path store = Files.createDirectory(parent.resolve("store"));
        Files.writeString(store.resolve("blob"), "weights");
        Files.createSymbolicLink(folder.path().resolve("link.pth"), store.resolve("blob"));
        folder.replace("a.pth", "link.pth");

        assertThat(ManifestReader.read(folder.path(), List.of(store)).variants())
                .hasSize(2);
        assertThatThrownBy(() -> ManifestReader.read(folder.path(), List.of(parent.resolve("stor"))))
                .hasMessageContaining("a link out of it: link.pth");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version https://git-lfs.github.com/spec/v1 | is a Git LFS pointer, not the file it stands for; "
                        + "run: git lfs pull",
                "<!DOCTYPE html><html lang=en> | is a web page, not the file that was meant to be downloaded",
                "<?xml version='1.0'?><Error><Code>AccessDenied | is a storage service's error message",
                "/annex/objects/SHA256E-s5--1.pth | is a pointer of git-annex or DVC"
            })
    void saysWhatStandsInPlaceOfTheWeightsAndNothingElse(String content, String problem) throws IOException {
        folder.write("a.pth", content);

        assertThat(folder.problems())
                .singleElement()
                .asString()
                .startsWith("variants.doconv.checkpoint: a.pth " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mean: [0.5, 0.4, 0.3], std: [58.4, 57.1, 57.4] | it is not clear whether mean [0.5, 0.4, 0.3]",
                "mean: [123.7, 116.3, 103.5], std: [0.2, 0.2, 0.1] | write scale: 1 for pixels from 0 to 255",
                "mean: [1.5, 1.5, 1.5], std: [1, 1, 1] | it is not clear whether",
                "mean: [123.7, 116.3, 103.5], std: [58.4, 57.1, 57.4], scale: 0.00392 | is above the brightest pixel"
            })
    void refusesANormalisationThatFitsNoPixels(String normalisation, String problem) throws IOException {
        folder.replace("mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.1]", normalisation);

        assertThat(folder.problems()).singleElement().asString().contains(problem);
    }

    @Test
    void refusesAHeadThatThereIsNotAndAnOutputBesideACheckpoint() throws IOException {
        folder.replace("task: classification", "task: classification\nhead: softplus")
                .replace("a.pth,", "a.pth, output: logits,")
                .write("a.pth", "weights");

        assertThat(folder.problems())
                .containsExactly(
                        "head: expected one of softmax, sigmoid, probabilities, mask, found \"softplus\"",
                        "variants.doconv.output: expected none beside a checkpoint, whose architecture has one output");
    }

    @Test
    void refusesAFolderWithoutManifestAndAnEmptyManifest() throws IOException {
        folder.write("model.yaml", "");
        assertThat(folder.problems()).singleElement().asString().startsWith("expected a mapping, found");

        Files.delete(folder.path().resolve("model.yaml"));
        assertThat(folder.problems()).containsExactly("expected a model's manifest, found no such file");
    }

    @Test
    void refusesLabelsThatAreNotText() throws IOException {
        Files.write(folder.path().resolve("labels.txt"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThat(folder.problems()).containsExactly("labels.txt: expected UTF-8 text, found other bytes");
    }

    @Test
    void refusesAliasesBeforeTheyCanMultiply() throws IOException {
        folder.write("model.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");

        assertThat(folder.problems())
                .containsExactly("line 1: anchors and aliases (&, *) are not read; write the value out");
    }

    @Test
    void refusesAKeyGivenTwice() throws IOException {
        folder.write("model.yaml", ModelFolder.GOOD + "labels: labels.txt\n");

        assertThat(folder.problems())
                .singleElement()
                .asString()
                .contains("labels")
                .contains("Duplicate");
    }

    @Test
    void refusesASecondDocument() throws IOException {
        folder.write("model.yaml", ModelFolder.GOOD + "---\ntask: segmentation\n");

        assertThat(folder.problems()).hasSize(1);
    }

    @Test
    void refusesDeepNestingAndHugeFiles() throws IOException {
        folder.write("model.yaml", "a: " + "[".repeat(40) + "]".repeat(40));
        assertThat(folder.problems()).singleElement().asString().contains("depth");

        folder.write("model.yaml", "#".repeat(YamlTree.LARGEST_BYTES + 1));
        assertThat(folder.problems()).containsExactly("expected at most 1048576 bytes, found 1048577");
    }

    @Test
    void refusesTextThatIsNotYaml() throws IOException {
        folder.write("model.yaml", "task: [classification\nlabels: }");

        assertThatThrownBy(() -> ManifestReader.read(folder.path()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("model.yaml")
                .hasMessageContaining("line");
    }
}
