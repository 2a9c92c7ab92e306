package io.foldserve.checkpoint;

import io.foldserve.checkpoint.base.FileBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that src/test/golden wrote with PyTorch, safetensors and MXNet: checkpoints.py and mxnet_params.py. */
final class Fixtures {
    private static final Path FOLDER = folder();

    private Fixtures() {}

    static Path path(String name) {
        return FOLDER.resolve(name);
    }

    static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(path(name));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** All files that must be read, in a fixed order. */
    static List<String> accepted() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".*\\.(pth|pt|tar|ckpt|safetensors|params)"))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Those that are read without an entry. */
    static List<String> unambiguous() {
        return accepted().stream()
                .filter(name -> !name.equals("list-of-state-dicts.pth") && !name.equals("list-inside.pth"))
                .toList();
    }

    static Checkpoint read(byte[] bytes) {
        return CheckpointReader.read("file", FileBytes.of(ByteBuffer.wrap(bytes)), Optional.empty());
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(Fixtures.class.getResource("expected.json"))
                            .toURI())
                    .resolveSibling("");
        } catch (URISyntaxException malformed) {
            throw new IllegalStateException(malformed);
        }
    }
}
