package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is there whole, or as it was before; also where the system takes no more bytes. */
class WholeFileTest {
    private final Path directory;

    WholeFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void isWritten() throws IOException {
        WholeFile.write(directory.resolve("a"), out -> out.write(new byte[] {1, 2}));

        assertThat(directory.resolve("a")).hasBinaryContent(new byte[] {1, 2});
        assertThat(names()).containsExactly("a");
    }

    @Test
    void isAsItWasWhenWritingFails() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "before");

        assertThatThrownBy(() -> WholeFile.write(file, out -> {
                    out.write(1);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be written: No space left on device");
        assertThat(file).hasContent("before");
        assertThat(names()).containsExactly("a");
    }

    @Test
    void isAsItWasWhereTheSystemTakesNoMoreBytes() throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("a"), "before");
        List<String> writing = List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Writing.class.getName(),
                file.toString());
        // A limit of the size of files stands for a full disk, which a test cannot make.
        Process process = new ProcessBuilder(
                        Stream.concat(Stream.of("sh", "-c", "ulimit -f 1000 && exec \"$@\"", "sh"), writing.stream())
                                .toList())
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said.lines().toList()).containsExactly(file + ": cannot be written: File too large");
        assertThat(file).hasContent("before");
        assertThat(names()).containsExactly("a");
    }

    /** A process that writes ten megabytes, and prints what it hears. */
    static final class Writing {
        private Writing() {}

        /** Takes the file. */
        public static void main(String[] arguments) {
            try {
                WholeFile.write(Path.of(arguments[0]), out -> out.write(new byte[10_000_000]));
            } catch (InvalidInputException refused) {
                refused.problems().forEach(problem -> System.out.println(refused.subject() + ": " + problem));
            }
        }
    }
}
