package io.foldserve.serving.manifest;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Sentence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a coverage-guided fuzzer calls with manifests. */
public final class ManifestFuzz {
    private static final Path FOLDER = folder();

    private ManifestFuzz() {}

    /** Reads {@code yaml} as the manifest of a folder with labels and a checkpoint. */
    public static void fuzzerTestOneInput(byte[] yaml) throws IOException {
        Files.write(FOLDER.resolve(ManifestReader.FILE), yaml);
        try {
            ManifestReader.read(FOLDER);
        } catch (InvalidInputException refused) {
            Sentence.expect(yaml, refused);
        }
    }

    /** Manifests to start from: those of the bundled models, and one of a list of layers. */
    public static List<byte[]> seeds() throws IOException {
        String layers = """
                task: classification
                labels: labels.txt
                input: { width: 8, height: 8, resize: { width: 8, height: 8 }, mean: [0, 0, 0], std: [1, 1, 1] }
                variants:
                  a:
                    checkpoint: a.pth
                    rename: { head: fc }
                    architecture:
                      guessed: true
                      layers: [{ conv: { out: 4, kernel: [3, 3], padding: 1, name: "0" } }, batchNorm, relu, flatten,
                               { linear: { out: 10, bias: false } }]
                """;
        return Stream.of(
                        Files.readAllBytes(Path.of("models/digits/model.yaml")),
                        Files.readAllBytes(Path.of("models/digit-scenes/model.yaml")),
                        layers.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("manifest");
            Files.writeString(folder.resolve("labels.txt"), "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
            Files.writeString(folder.resolve("a.pth"), "");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
