package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeLibrariesTest {
    private static final List<String> PROPERTIES = List.of(NativeLibraries.ONNX_RUNTIME, NativeLibraries.JNA);

    private final Map<String, Optional<String>> before = PROPERTIES.stream()
            .collect(Collectors.toMap(Function.identity(), name -> Optional.ofNullable(System.getProperty(name))));

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void forget() {
        PROPERTIES.forEach(System::clearProperty);
    }

    @AfterEach
    void restore() {
        before.forEach((name, value) ->
                value.ifPresentOrElse(old -> System.setProperty(name, old), () -> System.clearProperty(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"amd64", "aarch64"})
    void thoseOfBothProcessorsAreUnpackedIntoFoldersNamedByVersion(String processor) throws IOException {
        NativeLibraries libraries = NativeLibraries.in(directory, processor);
        libraries.unpack();
        libraries.use();

        assertThat(files())
                .hasSize(3)
                .anySatisfy(file -> assertThat(file).matches("onnxruntime-[0-9.]+-linux-\\w+/libonnxruntime.so"))
                .anySatisfy(file -> assertThat(file).matches("jna-[0-9.]+-linux-[\\w-]+/libjnidispatch.so"));
        for (String property : PROPERTIES) {
            assertThat(Path.of(System.getProperty(property, ""))).isDirectory().hasParent(directory);
        }
        assertThat(RuntimeFolder.now().whyNot()).isEmpty();
    }

    @Test
    void anotherProcessorHasNone() throws IOException {
        NativeLibraries libraries = NativeLibraries.in(directory, "riscv64");
        libraries.unpack();
        libraries.use();

        assertThat(files()).isEmpty();
        assertThat(PROPERTIES)
                .allSatisfy(name -> assertThat(System.getProperty(name)).isNull());
    }

    @Test
    void aProcessOfManyJarsHasNoFolderOfItsOwn() throws IOException {
        NativeLibraries.besideTheJar().unpack();

        assertThat(Path.of("native")).doesNotExist();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
