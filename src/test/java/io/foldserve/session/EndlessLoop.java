package io.foldserve.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network of a Loop that never ends, as {@code src/test/golden/onnx_models.py} writes it. */
public final class EndlessLoop {
    /** The ONNX file. */
    public static final Path FILE = Path.of("src/test/resources/io/foldserve/session/endless-loop.onnx");

    private static final String MANIFEST = """
            task: classification
            labels: labels.txt
            input: { width: 8, height: 8, colour: rgb, mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] }
            variants:
              endless: { checkpoint: endless.onnx, traffic: 1, baseline: true }
            """;

    private EndlessLoop() {}

    /** Makes a model of it in the new folder {@code name} of {@code models}. */
    public static void model(Path models, String name) throws IOException {
        Path folder = Files.createDirectory(models.resolve(name));
        Files.copy(FILE, folder.resolve("endless.onnx"));
        Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\n");
        Files.writeString(folder.resolve("model.yaml"), MANIFEST);
    }
}
