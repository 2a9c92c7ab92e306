package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    private static final String LIBRARY = "libonnxruntime.so";
    private static final String CONNECTION = "libonnxruntime4j_jni.so";

    private final Optional<String> before = Optional.ofNullable(System.getProperty(NativeLibraries.PROPERTY));

    @AfterEach
    void restore() {
        before.ifPresentOrElse(
                value -> System.setProperty(NativeLibraries.PROPERTY, value),
                () -> System.clearProperty(NativeLibraries.PROPERTY));
    }

    @Test
    void bothLibrariesAreUnpackedAndThenLoadedFromThere(@TempDir Path directory) throws IOException {
        Path folder = directory.resolve("native").resolve("linux");
        NativeLibraries libraries = new NativeLibraries(folder, "linux-x64");

        libraries.unpack();
        libraries.use();

        assertThat(names(folder)).containsExactly(LIBRARY, CONNECTION);
        assertThat(Files.size(folder.resolve(LIBRARY))).isGreaterThan(UnpackingDirectory.NEEDED);
        assertThat(System.getProperty(NativeLibraries.PROPERTY)).isEqualTo(folder.toString());
        assertThat(UnpackingDirectory.whyNot()).isEmpty();
    }

    @Test
    void whatIsThereIsNotUnpackedAgain(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve(LIBRARY), "another build");

        new NativeLibraries(directory, "linux-x64").unpack();

        assertThat(directory.resolve(LIBRARY)).hasContent("another build");
    }

    @Test
    void aFolderThatLacksOneIsNotUsed(@TempDir Path directory) throws IOException {
        System.clearProperty(NativeLibraries.PROPERTY);
        Files.writeString(directory.resolve(LIBRARY), "alone");

        new NativeLibraries(directory, "linux-x64").use();

        assertThat(System.getProperty(NativeLibraries.PROPERTY)).isNull();
    }

    @Test
    void theFolderThatAUserNamedIsKept(@TempDir Path directory) throws IOException {
        System.setProperty(NativeLibraries.PROPERTY, "/opt/onnxruntime");
        NativeLibraries libraries = new NativeLibraries(directory, "linux-x64");

        libraries.unpack();
        libraries.use();

        assertThat(System.getProperty(NativeLibraries.PROPERTY)).isEqualTo("/opt/onnxruntime");
    }

    @Test
    void aPlatformWithoutLibrariesLeavesNothingBehind(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> new NativeLibraries(directory, "linux-none").unpack())
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("/ai/onnxruntime/native/linux-none/libonnxruntime.so");
        assertThat(names(directory)).isEmpty();
    }

    @Test
    void aProcessOfManyJarsHasNoFolderOfItsOwn() {
        assertThat(NativeLibraries.besideTheJar()).isEmpty();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
