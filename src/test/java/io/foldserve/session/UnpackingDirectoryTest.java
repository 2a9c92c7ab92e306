package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user is told of a directory that ONNX Runtime cannot be unpacked to. */
class UnpackingDirectoryTest {
    private final Path directory;

    UnpackingDirectoryTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aDirectoryWithRoomIsTaken() {
        assertThat(UnpackingDirectory.whyNot(directory, 1000)).isEmpty();
    }

    @Test
    void aFullDirectoryIsCalledFull() {
        assertThat(UnpackingDirectory.whyNot(directory, 4_000_000_000_000_000_000L)
                        .orElse(""))
                .matches("is full: [0-9.]+ MB are free, at least 4000000000000 are needed");
    }

    @Test
    void whatIsNoDirectoryIsSaidToBeNone() throws IOException {
        assertThat(UnpackingDirectory.whyNot(directory.resolve("none"), 1)).contains("is no directory");
        assertThat(UnpackingDirectory.whyNot(Files.writeString(directory.resolve("file"), "x"), 1))
                .contains("is no directory");
    }

    @Test
    void theRuntimeOfAProcessWithoutADirectorySaysSoAndShowsNoTrace() throws IOException, InterruptedException {
        Path none = directory.resolve("none");

        assertThat(said(directory, "-Djava.io.tmpdir=" + none))
                .contains("ONNX Runtime does not start: its native libraries are unpacked to " + none
                        + ", which is no directory; for another directory start java with -Djava.io.tmpdir=DIRECTORY")
                .doesNotContain("java.library.path")
                .doesNotContain("\tat ");
    }

    /** What a process that starts the runtime, with {@code options} of the JVM, writes. */
    static String said(Path directory, String... options) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Starting.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        // The tests' own opt-out, with which JNA is not needed.
        builder.environment().remove("ORT_DISABLE_TELEMETRY");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(said);
    }

    /** A process that starts the runtime twice, and prints what it hears. */
    static final class Starting {
        private Starting() {}

        /** Takes no arguments. */
        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try {
                    OnnxRuntime.version();
                } catch (SessionException refused) {
                    System.out.println(refused.getMessage());
                }
            }
        }
    }
}
