package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is printed for a checkpoint is a manifest: every fixture's is read, and builds its network where its order is
 * known.
 */
class StarterManifestTest {
    private static final Path FIXTURES = Path.of("src/test/resources/io/foldserve");

    /** Every fixture that can be read and has layers. */
    static List<Path> checkpoints() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String root : List.of("checkpoint", "architecture/keras")) {
            try (Stream<Path> files = Files.walk(FIXTURES.resolve(root))) {
                files.filter(Files::isRegularFile)
                        .filter(file -> !file.toString().contains("refused"))
                        .filter(file -> !file.toString().matches(".*\\.(json|py|txt|gz|md)|.*\\.data-.*"))
                        .filter(StarterManifestTest::canDeclare)
                        .forEach(all::add);
            }
        }
        all.addAll(List.of(
                Path.of("models/digits/resnet20-doconv.pth"),
                Path.of("models/digits/resnet20.safetensors"),
                Path.of("models/digit-scenes/unet-doconv.pth"),
                Path.of("models/digit-scenes/unet.pth")));
        assertThat(all).hasSizeGreaterThan(45);
        return all;
    }

    private static boolean canDeclare(Path file) {
        try {
            return CheckpointFile.read(file, Optional.empty()).canDeclare();
        } catch (InvalidInputException unread) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void theManifestOfEveryCheckpointIsReadAndBuildsTheNetworkThatItNames(Path file, @TempDir Path parent)
            throws IOException {
        CheckpointFile checkpoint = CheckpointFile.read(file, Optional.empty());
        Path folder = folder(parent, file, checked(checkpoint));

        ModelManifest manifest = ManifestReader.read(folder);

        assertThat(manifest.variants()).hasSize(1);
        if (!checkpoint.exactFits().isEmpty()) {
            assertThat(build(manifest)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "checkpoint/state-dict.pth",
                "checkpoint/training-protocol4.pt",
                "checkpoint/lightning-net-2.ckpt",
                "checkpoint/block.params",
                "checkpoint/restoration.pth",
                "checkpoint/keras/keras2-whole.h5",
                "checkpoint/keras/keras3-whole.h5",
                "checkpoint/tensorflow/module.index",
                "architecture/keras/modules.index",
            })
    void aListOfLayersInTheFilesOrderBuildsANetworkAsItIsPrinted(String fixture, @TempDir Path parent)
            throws IOException {
        Path file = FIXTURES.resolve(fixture);
        CheckpointFile checkpoint = CheckpointFile.read(file, Optional.empty());
        assertThat(checkpoint.exactFits()).isEmpty();

        ModelManifest manifest = ManifestReader.read(folder(parent, file, checked(checkpoint)));

        assertThat(build(manifest)).isPositive();
    }

    /** The manifest of {@code checkpoint}, whose list of layers, if it has one, is said to have been checked. */
    private static List<ManifestLine> checked(CheckpointFile checkpoint) {
        return StarterManifest.of(
                StarterNetwork.of(checkpoint),
                Optional.empty(),
                line -> line.key().endsWith(".guessed") ? line.answered("false") : line);
    }

    private static int build(ModelManifest manifest) {
        VariantManifest variant = manifest.variants().get(0);
        CheckpointSource.Training source = (CheckpointSource.Training) variant.source();
        ImageSize size =
                new ImageSize(manifest.input().height(), manifest.input().width());
        Checkpoint checkpoint = CheckpointReader.read(variant.checkpoint(), source.entry());
        return Architectures.build(source.declaration(), size, checkpoint)
                .nodes()
                .size();
    }

    @ParameterizedTest
    @CsvSource({
        "resnet50.pth, resnet50.pth",
        "epoch=3.ckpt, '\"epoch=3.ckpt\"'",
        "my model.pth, '\"my model.pth\"'",
        "0, '\"0\"'",
        "true, '\"true\"'",
        "No, '\"No\"'",
        "'a\"b', '\"a\\\"b\"'",
        "model: x, '\"model: x\"'",
    })
    void quotesWhatYamlWouldTakeForSomethingElse(String text, String written) {
        assertThat(StarterManifest.quoted(text)).isEqualTo(written);
    }

    @Test
    void asksWhichOfSeveralStateDictsIsMeant() {
        Path file = FIXTURES.resolve("checkpoint/training-protocol4.pt");
        List<String> lines =
                StarterManifest.of(StarterNetwork.of(CheckpointFile.read(file, Optional.of("model_ema")))).stream()
                        .map(ManifestLine::print)
                        .toList();

        assertThat(lines)
                .anyMatch(line -> line.matches(" +entry: model_ema +# or model: which weights were evaluated\\?"));
    }

    @Test
    void namesTheStateDictOfAListByItsPosition() {
        Path file = FIXTURES.resolve("checkpoint/list-of-state-dicts.pth");
        List<String> lines = StarterManifest.of(StarterNetwork.of(CheckpointFile.read(file, Optional.of("1")))).stream()
                .map(ManifestLine::print)
                .toList();

        assertThat(lines).anyMatch(line -> line.matches(" +entry: \"1\" +# or 0: which weights were evaluated\\?"));
    }

    private static Path folder(Path parent, Path file, List<ManifestLine> lines) throws IOException {
        Path folder = Files.createDirectory(parent.resolve("model"));
        String common = String.valueOf(file.getFileName()).replaceAll("\\.index$", ".");
        try (Stream<Path> siblings = Files.list(file.toAbsolutePath().getParent())) {
            for (Path sibling : siblings.filter(Files::isRegularFile).toList()) {
                String name = String.valueOf(sibling.getFileName());
                if (name.startsWith(common)) {
                    Files.copy(sibling, folder.resolve(name));
                }
            }
        }
        Files.writeString(folder.resolve("labels.txt"), "a\nb\n");
        String text = lines.stream().map(line -> line.print() + "\n").collect(Collectors.joining());
        Files.writeString(folder.resolve(ManifestReader.FILE), text);
        return folder;
    }
}
