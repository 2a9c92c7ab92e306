package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    private static final String PROPERTY = "foldserve.test.libraries";
    private static final String LIBRARY = "libonnxruntime.so";
    private static final String CONNECTION = "libonnxruntime4j_jni.so";

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void forget() {
        System.clearProperty(PROPERTY);
    }

    private static NativeLibrary onnxRuntime(String platform, Path folder) {
        return new NativeLibrary(
                OrtEnvironment.class,
                "/ai/onnxruntime/native/" + platform,
                List.of(LIBRARY, CONNECTION),
                PROPERTY,
                folder);
    }

    @Test
    void allFilesAreUnpackedAndThenLoadedFromThere() throws IOException {
        Path folder = directory.resolve("native").resolve("linux");
        NativeLibrary library = onnxRuntime("linux-x64", folder);

        library.unpack();
        library.use();

        assertThat(names(folder)).containsExactly(LIBRARY, CONNECTION);
        assertThat(Files.size(folder.resolve(LIBRARY))).isGreaterThan(UnpackingDirectory.NEEDED);
        assertThat(System.getProperty(PROPERTY)).isEqualTo(folder.toString());
    }

    @Test
    void whatIsThereIsNotUnpackedAgain() throws IOException {
        Files.writeString(directory.resolve(LIBRARY), "another build");

        onnxRuntime("linux-x64", directory).unpack();

        assertThat(directory.resolve(LIBRARY)).hasContent("another build");
    }

    @Test
    void aFolderThatLacksOneIsNotUsed() throws IOException {
        Files.writeString(directory.resolve(LIBRARY), "alone");

        onnxRuntime("linux-x64", directory).use();

        assertThat(System.getProperty(PROPERTY)).isNull();
    }

    @Test
    void theFolderThatAUserNamedIsKept() throws IOException {
        System.setProperty(PROPERTY, "/opt/onnxruntime");
        NativeLibrary library = onnxRuntime("linux-x64", directory);

        library.unpack();
        library.use();

        assertThat(System.getProperty(PROPERTY)).isEqualTo("/opt/onnxruntime");
    }

    @Test
    void aPlatformWithoutLibrariesLeavesNothingBehind() throws IOException {
        assertThatThrownBy(() -> onnxRuntime("linux-none", directory).unpack())
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("/ai/onnxruntime/native/linux-none/libonnxruntime.so");
        assertThat(names(directory)).isEmpty();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
