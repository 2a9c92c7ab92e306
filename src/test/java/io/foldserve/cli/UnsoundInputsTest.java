package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the commands say of files that no network can be made of, and that they write nothing then. */
class UnsoundInputsTest {
    private static final Path SERVING = Path.of("src/test/resources/io/foldserve/serving");

    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Commands.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "networks/weight-not-a-number | c0 holds NaN",
                "networks/weight-infinite | c6 holds an infinite number",
                "networks/variance-negative | c5 (-0.5) holds a negative variance",
                "networks/batch-norm-training | normalises by the batch's own statistics (training mode)",
                "networks/dropout-on | drop is a Dropout that is on (training mode)",
                "cases/git-lfs-pointer/models/onnx | is a Git LFS pointer"
            })
    void foldWritesNoFileOfAnUnsoundOne(String folder, String problem, @TempDir Path directory) {
        Path out = directory.resolve("folded.onnx");

        assertThat(run("fold", SERVING.resolve(folder).resolve("model.onnx").toString(), "--out", out.toString()))
                .isEqualTo(Commands.REFUSED);

        assertThat(err.toString()).contains(problem).hasLineCount(1);
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nan-in-weights/models/nan | layer2.0.bn1.running_var holds NaN",
                "nan-in-weights/models/negative-variance | holds a negative variance",
                "git-lfs-pointer/models/pth | is a Git LFS pointer, not the file it stands for; run: git lfs pull"
            })
    void inspectNamesTheTensorOfACheckpoint(String folder, String problem) {
        Path file = SERVING.resolve("cases").resolve(folder).resolve("model.pth");

        assertThat(run("inspect", file.toString())).isEqualTo(Commands.REFUSED);

        assertThat(err.toString()).contains(problem).hasLineCount(1);
    }

    @Test
    void foldWritesAFileOfANewerFormatInOneThatTheRuntimeReads(@TempDir Path directory) throws Exception {
        Path file = SERVING.resolve("cases/onnx-ir-version-14/models/ir-14/model.onnx");
        Path out = directory.resolve("folded.onnx");
        assertThat(Files.readAllBytes(file)).startsWith(8, 14);

        assertThat(run("fold", file.toString(), "--out", out.toString())).isZero();

        assertThat(Files.readAllBytes(out)).startsWith(8, 13);
    }

    @ParameterizedTest
    @CsvSource({"networks/max-pool-indices", "networks/stale-output-shape", "networks/quantised", "networks/half-inside"
    })
    void foldWritesWhateverTheRuntimeRuns(String folder, @TempDir Path directory) {
        Path out = directory.resolve("folded.onnx");

        assertThat(run("fold", SERVING.resolve(folder).resolve("model.onnx").toString(), "--out", out.toString()))
                .as(err.toString())
                .isZero();

        assertThat(out).exists();
    }
}
