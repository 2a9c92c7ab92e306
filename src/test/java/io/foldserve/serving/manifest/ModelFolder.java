package io.foldserve.serving.manifest;

import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A model folder on disk for a test: writes its files, and reads its manifest's problems. */
final class ModelFolder {
    static final String GOOD = """
            task: classification
            labels: labels.txt
            input: { width: 8, height: 6, colour: rgb, resize: { shorterSide: 9 }, crop: center, mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.1] }
            variants:
              doconv: { checkpoint: a.pth, architecture: { name: cifar-resnet20, classes: 3 }, traffic: 90 }
              baseline: { checkpoint: b.pth, architecture: { name: cifar-resnet20, classes: 3 }, traffic: 10, baseline: true }
            experiment: { name: doconv-vs-plain, unit: "header:X-User-Id", shadow: { sample: 0.1 } }
            """;

    private final Path folder;

    ModelFolder(Path parent) throws IOException {
        folder = Files.createDirectory(parent.resolve("digits"));
        write("labels.txt", "zero\none\ntwo\n").write("a.pth", "").write("b.pth", "");
        write(ManifestReader.FILE, GOOD);
    }

    Path path() {
        return folder;
    }

    ModelFolder write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
        return this;
    }

    /** The good manifest with {@code old} replaced, which must occur. */
    ModelFolder replace(String old, String replacement) throws IOException {
        String text = Files.readString(folder.resolve(ManifestReader.FILE));
        if (!text.contains(old)) {
            throw new IllegalArgumentException("the manifest does not contain " + old);
        }
        return write(ManifestReader.FILE, text.replace(old, replacement));
    }

    List<String> problems() {
        try {
            ManifestReader.read(folder);
            return List.of();
        } catch (InvalidInputException e) {
            return e.problems();
        }
    }
}
