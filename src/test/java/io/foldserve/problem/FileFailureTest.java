package io.foldserve.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFailureTest {
    /** A throwable joined to a text gives the name of its class; people's words for it are those of {@link Words}. */
    private static final Pattern JOINED =
            Pattern.compile("\" \\+ (e|failure|exception|cause|unreadable)[),;]|(?<!type)\\.getSimpleName\\(");

    @Test
    void saysWhatTheFileSystemRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        IOException absent = catchThrowableOfType(IOException.class, () -> Files.size(folder.resolve("absent")));
        IOException listed = catchThrowableOfType(IOException.class, () -> Files.list(file));

        assertThat(FileFailure.reason(absent)).isEqualTo("it does not exist");
        assertThat(FileFailure.reason(listed)).isEqualTo("it is not a folder");
        assertThat(FileFailure.reason(new AccessDeniedException("file"))).isEqualTo("access is denied");
        assertThat(FileFailure.reason(new MalformedInputException(3))).isEqualTo("it is not UTF-8 text");
        assertThat(FileFailure.reason(new InvalidPathException("a\0b", "Nul character not allowed")))
                .isEqualTo("its name is none of a file: Nul character not allowed");
    }

    @Test
    void saysTheReasonThatAFailureHasAndNamesNoClass() {
        assertThat(FileFailure.reason(new IOException("No space left on device")))
                .isEqualTo("No space left on device");
        assertThat(FileFailure.reason(new EOFException())).isEqualTo("it failed without a reason (eof)");
    }

    /** Which is a path alone, or nothing, for many of them. */
    @Test
    void noMessageAboutAFileIsThatOfItsException() throws IOException {
        Pattern raw = Pattern.compile("cannot be (read|listed|written|opened)[^;]*\\.getMessage\\(\\)");
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            assertThat(sources.filter(path -> path.toString().endsWith(".java"))
                            .filter(path -> raw.matcher(read(path)).find()))
                    .isEmpty();
        }
        assertThat(raw.matcher("\"cannot be read: \"\n + e.getMessage()").find())
                .isTrue();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void noMessageOfTheServiceHoldsTheNameOfAClass() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            List<Path> files =
                    sources.filter(path -> path.toString().endsWith(".java")).toList();
            assertThat(files).hasSizeGreaterThan(100);
            for (Path file : files) {
                assertThat(JOINED.matcher(Files.readString(file)).results().map(found -> found.group()))
                        .as("%s", file)
                        .isEmpty();
            }
        }
    }
}
