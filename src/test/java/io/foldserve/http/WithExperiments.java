package io.foldserve.http;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The bundled models with experiments of their own: digits by user, scenes by a query parameter. */
public final class WithExperiments implements QuarkusTestProfile {
    private static final Path BUNDLED = Path.of("models");

    @Override
    public Map<String, String> getConfigOverrides() {
        try {
            Path directory = Files.createTempDirectory("foldserve-experiments");
            copy("digits", directory, "experiment: { name: by-user, unit: \"header:X-User-Id\", salt: s }\n");
            copy("digit-scenes", directory, "experiment: { name: by-page, unit: \"query:page\" }\n");
            return Map.of(
                    "foldserve.models", directory.toString(),
                    "foldserve.data", directory.resolve(".data").toString(),
                    "foldserve.parity.at-load", "0s");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(String model, Path directory, String experiment) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(model));
        try (Stream<Path> files = Files.list(BUNDLED.resolve(model))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path manifest = folder.resolve("model.yaml");
        Files.writeString(manifest, Files.readString(manifest) + experiment);
    }
}
