package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.load.LoadedModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int validate(Object... arguments) {
        String[] all = Stream.concat(Stream.of("validate", "--no-timing"), Stream.of(arguments))
                .map(Object::toString)
                .toArray(String[]::new);
        return Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    @Test
    void saysOfEveryVariantThatItWouldBeServed() {
        assertThat(validate(LoadedModels.BUNDLED)).isZero();

        assertThat(out.toString().lines().map(line -> line.replaceAll(", fold error [0-9.]+e-0[678]$", "")))
                .containsExactly(
                        "digit-scenes/doconv: would be served",
                        "digit-scenes/baseline: would be served",
                        "digits/doconv: would be served",
                        "digits/baseline: would be served");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void saysEveryProblemOfEveryModel(@TempDir Path directory) throws IOException {
        Path first = LoadedModels.copy("digits", directory, "first");
        LoadedModels.edit(first, "task: classification", "task: guessing");
        LoadedModels.edit(first, "labels: labels.txt", "labels: absent.txt");
        Path second = LoadedModels.copy("digits", directory, "second");
        Files.writeString(second.resolve("resnet20-doconv.pth"), "not a checkpoint");
        Files.writeString(second.resolve("labels.txt"), "0\n1\n");
        Path good = LoadedModels.copy("digits", directory, "good");

        assertThat(validate(first, second, good, directory.resolve("absent"))).isEqualTo(2);

        assertThat(err.toString().lines())
                .hasSize(5)
                .anyMatch(line -> line.contains("first/model.yaml: task: expected one of classification, segmentation"))
                .anyMatch(line -> line.contains("first/model.yaml: labels: expected an existing file"))
                .anyMatch(line -> line.startsWith("second: second/doconv: ") && line.contains("resnet20-doconv.pth"))
                .anyMatch(line -> line.startsWith("second: second/baseline: ") && line.contains("found 2"))
                .anyMatch(line -> line.endsWith("absent: expected a model's folder, found none that can be read"));
        assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.startsWith("good/"));
    }

    @Test
    void aFolderWithoutModelsIsRefused(@TempDir Path directory) {
        assertThat(validate(directory)).isEqualTo(2);
        assertThat(err.toString()).contains("expected a model.yaml, or folders that have one, found neither");
        assertThat(validate()).isEqualTo(2);
    }
}
