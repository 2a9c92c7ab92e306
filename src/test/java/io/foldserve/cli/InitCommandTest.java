package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.onnx.OnnxFixtures;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.task.Resize;
import io.foldserve.task.TaskKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path folder = Path.of("");

    @BeforeEach
    void copy(@TempDir Path parent) throws IOException {
        folder = Files.createDirectory(parent.resolve("digits"));
        Files.copy(Path.of("models/digits/resnet20-doconv.pth"), folder.resolve("a.pth"));
        Files.writeString(folder.resolve("labels.txt"), "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        Files.writeString(folder.resolve(".hidden"), "");
    }

    private int init(String... arguments) {
        List<String> all = new ArrayList<>(List.of("init", folder.toString()));
        all.addAll(List.of(arguments));
        return Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    private int inspect(Path path) {
        return Commands.run(
                new PrintWriter(out, true), new PrintWriter(err, true), "inspect", "--no-timing", path.toString());
    }

    @Test
    void writesAManifestThatIsServedAsItStandsAndKeepsTheQuestions() throws IOException {
        assertThat(init()).isZero();

        assertThat(err.toString()).isEmpty();
        assertThat(Files.readString(folder.resolve("model.yaml")))
                .contains("# what size was it trained or evaluated at?");
        assertThat(inspect(folder)).isZero();
        assertThat(out.toString()).contains("digits/doconv: {name=cifar-resnet20, channels=1}, from a.pth");
    }

    @Test
    void takesAnswersFromItsOptionsAndAsksNothingMoreAboutThem() throws IOException {
        assertThat(init("--set", "width=28", "--set", "mean=[0.7]", "--set", "doconv.traffic=7"))
                .isZero();

        ModelManifest manifest = ManifestReader.read(folder);
        assertThat(manifest.input().width()).isEqualTo(28);
        assertThat(manifest.input().height()).isEqualTo(28);
        assertThat(manifest.input().resize()).isEqualTo(new Resize.ShorterSide(28));
        assertThat(manifest.input().mean()).containsExactly(0.7);
        assertThat(manifest.variants()).extracting(VariantManifest::traffic).containsExactly(7);
        assertThat(Files.readString(folder.resolve("model.yaml")))
                .doesNotContain("what size was it")
                .doesNotContain("what was subtracted");
    }

    @Test
    void asksEveryOpenQuestionAndTakesTheProposalForAnEmptyLine() throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("\n28\n".getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(init("--ask", "--set", "mean=[0.7]")).isZero();
        } finally {
            System.setIn(before);
        }

        assertThat(out.toString())
                .contains("labels: one label a line, in the order of the outputs: what are they? [labels.txt] ")
                .contains("height: and the height? [28] ")
                .doesNotContain("what was subtracted");
        assertThat(ManifestReader.read(folder).input().height()).isEqualTo(28);
        assertThat(Files.readString(folder.resolve("model.yaml")))
                .contains("labels: labels.txt\n", "  width: 28\n", "# and the height?");
    }

    @Test
    void setsThePlainNetworkBesideItAsTheBaseline() throws IOException {
        Files.copy(Path.of("models/digits/resnet20.safetensors"), folder.resolve("b.safetensors"));

        assertThat(init("--plain", "b.safetensors")).isZero();

        ModelManifest manifest = ManifestReader.read(folder);
        assertThat(manifest.variants()).extracting(VariantManifest::name).containsExactly("doconv", "baseline");
        assertThat(manifest.variants()).extracting(VariantManifest::traffic).containsExactly(50, 50);
        assertThat(manifest.baseline()).isEqualTo(manifest.variant("baseline"));
    }

    @Test
    void saysWhatIsStillMissingButWritesTheManifest() throws IOException {
        Files.delete(folder.resolve("labels.txt"));

        assertThat(init()).isEqualTo(Commands.REFUSED);

        assertThat(folder.resolve("model.yaml")).exists();
        assertThat(err.toString()).contains("labels: expected an existing file, found none");
    }

    @Test
    void refusesAnAnswerToNoQuestionAndWritesNothing() {
        assertThat(init("--set", "depth=3")).isEqualTo(Commands.REFUSED);

        assertThat(folder.resolve("model.yaml")).doesNotExist();
        assertThat(err.toString())
                .contains("--set depth: nothing is asked by this name; known are task, labels, width, ");
    }

    @Test
    void neverReplacesAManifest() throws IOException {
        Files.writeString(folder.resolve("model.yaml"), "mine");

        assertThat(init()).isEqualTo(Commands.REFUSED);

        assertThat(folder.resolve("model.yaml")).hasContent("mine");
        assertThat(err.toString()).contains("expected a folder without a model.yaml, found one with a model.yaml");
    }

    @Test
    void asksWhichOfSeveralCheckpointsIsMeant() throws IOException {
        Files.copy(Path.of("models/digits/resnet20.safetensors"), folder.resolve("b.safetensors"));

        assertThat(init()).isEqualTo(Commands.REFUSED);
        assertThat(inspect(folder)).isEqualTo(Commands.REFUSED);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.endsWith(
                        "expected one checkpoint, found a.pth, b.safetensors; name the one that is meant"));

        assertThat(init("--checkpoint", "b.safetensors")).isZero();
    }

    @Test
    void refusesAFolderWithoutCheckpointAndOneThatIsNotThere() throws IOException {
        Files.delete(folder.resolve("a.pth"));
        assertThat(init()).isEqualTo(Commands.REFUSED);

        folder = folder.resolve("absent");
        assertThat(init()).isEqualTo(Commands.REFUSED);
        assertThat(err.toString())
                .contains("expected a model.yaml or a checkpoint, found neither there")
                .contains("expected a folder without a model.yaml, found none there");
    }

    @Test
    void writesAManifestForAnOnnxFileOfTheSizeThatItTakes() throws IOException {
        Files.delete(folder.resolve("a.pth"));
        Files.copy(OnnxFixtures.file("do-conv-matmul-dynamo.onnx"), folder.resolve("net.onnx"));

        assertThat(init("--set", "exported.traffic=1")).isZero();

        ModelManifest manifest = ManifestReader.read(folder);
        assertThat(manifest.task()).isEqualTo(TaskKind.CLASSIFICATION);
        assertThat(manifest.input().width()).isEqualTo(12);
        assertThat(manifest.input().height()).isEqualTo(16);
        assertThat(manifest.variant("exported").orElseThrow().source())
                .isEqualTo(new CheckpointSource.OnnxFile(Optional.empty()));
        assertThat(inspect(folder)).isZero();
    }

    @Test
    void inspectOffersAManifestForAnOnnxFileToo() throws IOException {
        Files.delete(folder.resolve("a.pth"));
        Files.copy(OnnxFixtures.file("do-conv-matmul-dynamo.onnx"), folder.resolve("net.onnx"));

        assertThat(inspect(folder)).isZero();

        assertThat(out.toString()).contains("# model.yaml to start from", "  exported:", "    checkpoint: net.onnx");
    }

    @Test
    void inspectOffersAManifestForAFolderWithoutOne() {
        assertThat(inspect(folder)).isZero();

        assertThat(out.toString()).contains("fits cifar-resnet20 {channels=1}").contains("# model.yaml to start from");
    }

    @Test
    void refusesAListOfLayersInTheOrderOfTheFileUntilSomeoneHasCheckedIt() throws IOException {
        Files.delete(folder.resolve("a.pth"));
        Files.copy(Path.of("src/test/resources/io/foldserve/checkpoint/state-dict.pth"), folder.resolve("net.pth"));

        assertThat(init()).isEqualTo(Commands.REFUSED);

        assertThat(folder.resolve("model.yaml")).content().contains("      guessed: true   ");
        assertThat(err.toString())
                .contains("architecture.guessed: the layers are listed in the order of the file, a guess that is proved"
                        + " against nothing; answer every question in the list");

        Files.delete(folder.resolve("model.yaml"));
        assertThat(init("--set", "baseline.guessed=false")).isZero();
    }
}
