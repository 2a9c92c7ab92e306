package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.onnx.OnnxFixtures;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.onnx.OnnxWriter;
import io.foldserve.serving.load.FoldedVariant;
import io.foldserve.serving.manifest.ManifestReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    private static final String DIGITS = "models/digits";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void rehearseRefusesWhatHasNoModelsAndStartsNothing(@TempDir Path directory) {
        assertThat(run("rehearse", directory.toString())).isEqualTo(Commands.REFUSED);

        assertThat(err.toString())
                .isEqualTo("%s: expected a model.yaml, or folders that have one, found neither%n".formatted(directory));
        assertThat(System.getProperty("foldserve.data")).isNull();
    }

    @Test
    void foldsNothingWhoseReportHasNoPlace(@TempDir Path directory) {
        Path file = directory.resolve("digits.onnx");
        Path report = directory.resolve("missing").resolve("report.json");

        assertThat(run("fold", DIGITS, "--variant", "doconv", "--out", file.toString(), "--report", report.toString()))
                .isEqualTo(Commands.REFUSED);

        assertThat(file).doesNotExist();
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .isEqualTo("%s: cannot be written: expected a directory %s, found none%n"
                        .formatted(report, report.getParent()));
    }

    @Test
    void saysOfHowManyNodesTheMacsAreNotKnown(@TempDir Path directory) {
        String open = "src/test/resources/io/foldserve/onnx/do-conv-einsum-script-dynamic.onnx";

        assertThat(run("fold", open, "--out", directory.resolve("open.onnx").toString()))
                .isZero();

        assertThat(out.toString())
                .contains("folded to 781 and 0, without the MACs of 4 of its 9 nodes, whose operator or sizes are not");
    }

    @Test
    void foldsOneVariantToTheFileThatIsNamed(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("digits.onnx");

        assertThat(run("fold", DIGITS, "--variant", "doconv", "--out", file.toString()))
                .isZero();

        OfflineModel model = OfflineModel.read(Path.of(DIGITS), Optional.of("doconv"));
        FoldedVariant folded = model.fold(model.variants().get(0), CostSource.GENERIC);
        byte[] network = OnnxWriter.write(folded.folded().graph());
        byte[] written = Files.readAllBytes(file);
        assertThat(Arrays.copyOf(written, network.length)).isEqualTo(network);
        // What follows says from which files the network was made, by what, and how exactly.
        assertThat(new String(written, network.length, written.length - network.length, StandardCharsets.UTF_8))
                .contains("foldserve.sha256:model.yaml", "foldserve.sha256:resnet20-doconv.pth", "foldserve.code")
                .contains("foldserve.composition-error", "foldserve.rounding-error")
                .doesNotContain("resnet20.safetensors");
        assertThat(out.toString()).contains("digits.onnx").contains("parameters");
        assertThat(err.toString()).isEmpty();
        assertThat(files(directory)).containsExactly("digits.onnx");
    }

    @Test
    void foldsEveryVariantOfSeveralModelsWithTheirReports(@TempDir Path directory) throws IOException {
        Path report = directory.resolve("report.json");

        assertThat(run(
                        "fold",
                        DIGITS,
                        "models/digit-scenes",
                        "--out-dir",
                        directory.toString(),
                        "--report",
                        report.toString()))
                .isZero();

        assertThat(files(directory))
                .containsExactly(
                        "digit-scenes-baseline.onnx",
                        "digit-scenes-doconv.onnx",
                        "digits-baseline.onnx",
                        "digits-doconv.onnx",
                        "report.json");
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        JsonNode doconv = json.path("digits-doconv");
        JsonNode layer = doconv.path("layers").path(0);
        assertThat(doconv.path("folded")).isEqualTo(json.path("digits-baseline").path("folded"));
        assertThat(layer.path("doConv").path("multiplier").intValue()).isPositive();
        assertThat(layer.path("errors").path("border").path("composition").isNumber())
                .isTrue();
    }

    @Test
    void writesNothingForAVariantThatIsRefusedAndAllOthers(@TempDir Path directory) throws IOException {
        Path broken = Files.createDirectory(directory.resolve("broken"));
        try (Stream<Path> files = Files.list(Path.of(DIGITS))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, broken.resolve(file.getFileName()));
            }
        }
        byte[] whole = Files.readAllBytes(broken.resolve("resnet20-doconv.pth"));
        Files.write(broken.resolve("resnet20-doconv.pth"), Arrays.copyOf(whole, whole.length / 2));
        Path target = Files.createDirectory(directory.resolve("out"));

        assertThat(run("fold", broken.toString(), "--out-dir", target.toString()))
                .isEqualTo(2);

        assertThat(files(target)).containsExactly("broken-baseline.onnx");
        assertThat(err.toString()).contains("resnet20-doconv.pth");
    }

    @Test
    void aRefusedFileKeepsWhatWasThereBefore(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("out.onnx"), "before");

        String report = directory.resolve("report.json").toString();

        assertThat(run("fold", directory.toString(), "--out", file.toString(), "--report", report))
                .isEqualTo(2);

        assertThat(file).hasContent("before");
        assertThat(files(directory)).containsExactly("out.onnx");
        assertThat(err.toString()).contains(ManifestReader.FILE);
    }

    @Test
    void listsEveryProblemOfAManifest(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("model.yaml"), "task: guessing\nlabels: absent.txt\ncolour: red\n");

        assertThat(run("inspect", directory.toString())).isEqualTo(2);

        assertThat(err.toString())
                .contains("task: expected one of classification, segmentation, found \"guessing\"")
                .contains("labels: expected an existing file")
                .contains("input: expected a mapping, found nothing")
                .contains("variants: expected a mapping, found nothing")
                .contains("colour: unknown key");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void inspectPrintsEveryLayerWithItsCostAndItsRules() {
        assertThat(run("inspect", DIGITS, "--variant", "doconv")).isZero();

        assertThat(out.toString().lines().filter(line -> line.contains("layer1.0.conv1")))
                .singleElement()
                .asString()
                .contains("16×16×3×3 S=9");
        assertThat(out.toString()).contains("digits/doconv").contains("linear").contains("all");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void refusesWhatItCannotRead(@TempDir Path directory) {
        assertThat(run("inspect", "network.onnx")).isEqualTo(2);
        assertThat(run("inspect", directory.resolve("absent").toString())).isEqualTo(2);
        assertThat(run("fold", DIGITS + "/resnet20-doconv.pth", "--out-dir", directory.toString()))
                .isEqualTo(2);
        assertThat(run("fold", DIGITS, "--variant", "absent", "--out-dir", directory.toString()))
                .isEqualTo(2);

        assertThat(err.toString())
                .contains("network.onnx: cannot be read")
                .contains("absent: there is no such file or folder")
                .contains("resnet20-doconv.pth: expected a model's folder or an ONNX file, found another file; init")
                .contains("variant absent: expected one of [doconv, baseline]");
    }

    @Test
    void refusesOneFileForSeveralVariantsAndFilesThatCannotBeWritten(@TempDir Path directory) {
        String absent = directory.resolve("absent/a.onnx").toString();

        assertThat(run("fold", DIGITS, "--out", directory.resolve("a.onnx").toString()))
                .isEqualTo(2);
        assertThat(run("fold", DIGITS, "--variant", "baseline", "--out", absent))
                .isEqualTo(2);

        assertThat(err.toString()).contains("--out takes one variant").contains("expected a directory");
    }

    @Test
    void refusesToWriteTwoVariantsToOneFile(@TempDir Path directory) throws IOException {
        assertThat(run("fold", DIGITS, DIGITS, "--variant", "baseline", "--out-dir", directory.toString()))
                .isEqualTo(2);

        assertThat(files(directory)).containsExactly("digits-baseline.onnx");
        assertThat(err.toString()).contains("digits-baseline: is named twice");
    }

    @Test
    void refusesArgumentsThatMakeNoSense() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("melt")).isEqualTo(2);
        assertThat(run("fold", DIGITS)).isEqualTo(2);
        assertThat(run("fold", DIGITS, "--out", "a.onnx", "--out-dir", ".")).isEqualTo(2);
        assertThat(run("fold", "--out", "a.onnx")).isEqualTo(2);
        assertThat(Path.of("a.onnx")).doesNotExist();
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void foldsOnnxFilesByTheirOwnNamesAndModelFoldersInOneRun(@TempDir Path directory) throws IOException {
        Path first = OnnxFixtures.file("do-conv-matmul-dynamo.onnx");
        Path second = OnnxFixtures.file("subgraphs.onnx");
        Path report = directory.resolve("report.json");

        assertThat(run(
                        "fold",
                        first.toString(),
                        second.toString(),
                        DIGITS,
                        "--out-dir",
                        directory.toString(),
                        "--report",
                        report.toString()))
                .isZero();

        assertThat(files(directory))
                .containsExactly(
                        "digits-baseline.onnx",
                        "digits-doconv.onnx",
                        "do-conv-matmul-dynamo.onnx",
                        "report.json",
                        "subgraphs.onnx");
        assertThat(OnnxReader.read(directory.resolve("do-conv-matmul-dynamo.onnx"))
                        .inputs())
                .isEqualTo(OnnxReader.read(first).inputs());
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("do-conv-matmul-dynamo.onnx").path("layers")).hasSize(4);
        assertThat(json.path("subgraphs.onnx").path("declined")).isNotEmpty();
    }

    @Test
    void refusesABrokenOnnxFileAndOneThatItWouldReplace(@TempDir Path directory) throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("in"));
        Path broken = Files.write(elsewhere.resolve("broken.onnx"), new byte[] {8, 8, 0x3A, 100});
        Path whole = Files.copy(OnnxFixtures.file("half.onnx"), directory.resolve("half.onnx"));

        assertThat(run("fold", broken.toString(), whole.toString(), "--out-dir", directory.toString()))
                .isEqualTo(2);

        assertThat(files(directory)).containsExactly("half.onnx", "in");
        assertThat(whole).hasSameBinaryContentAs(OnnxFixtures.file("half.onnx"));
        assertThat(err.toString()).contains("broken.onnx: model").contains("the folded file would replace it");
    }

    @Test
    void inspectPrintsAnOnnxFileAndWhatItsFoldDeclines() {
        assertThat(run("inspect", OnnxFixtures.file("subgraphs.onnx").toString()))
                .isZero();

        assertThat(out.toString())
                .contains("subgraphs.onnx")
                .contains("declined (batch-norm): BatchNormalization ")
                .contains("MACs of 2 nodes are not counted");
        assertThat(out.toString().lines().dropWhile(line -> !line.startsWith("    declined")))
                .anyMatch(line -> line.startsWith("  all "));
    }
}
