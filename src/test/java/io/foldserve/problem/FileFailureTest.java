package io.foldserve.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFailureTest {
    @TempDir
    Path folder;

    @Test
    void saysWhatIsWrongWithTheFileAndNotWhatJavaCallsIt() throws IOException {
        Path latin = Files.write(folder.resolve("latin"), new byte[] {(byte) 0xE9, 'a'});

        assertThat(reason(() -> Files.readString(folder.resolve("none")))).isEqualTo("there is no such file");
        assertThat(reason(() -> Files.readString(latin))).isEqualTo("it is not UTF-8 text");
        assertThat(reason(() -> Files.readAllBytes(folder))).isEqualTo("Is a directory");
        assertThat(reason(() -> Files.list(latin).close())).isEqualTo("it is not a folder");
        assertThat(reason(() -> Files.createFile(latin))).isEqualTo("it is there already");
        assertThat(FileFailure.reason(new AccessDeniedException("/a/b"))).isEqualTo("permission is denied");
    }

    @Test
    void namesNeitherAClassNorThePathOfAFailureOfAnyKind() {
        for (IOException failure : List.of(
                new IOException(),
                new FileSystemException("/a/b"),
                new FileSystemException("/a/b", null, "No space left on device"),
                new CharConversionException("Invalid character"))) {
            assertThat(FileFailure.reason(failure))
                    .isNotBlank()
                    .doesNotContain("Exception", "java.", "/a/b");
        }
    }

    private interface Reading {
        void run() throws IOException;
    }

    private static String reason(Reading reading) {
        return FileFailure.reason(catchThrowableOfType(IOException.class, reading::run));
    }
}
