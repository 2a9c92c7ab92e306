package io.foldserve.serving.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which files a variant may be read from. Stateless and thread-safe. */
public final class VariantFiles {
    private VariantFiles() {}

    /**
     * The checkpoint of {@code variant}, and what lies beside it (shards, external data, labels) but is no other
     * variant's checkpoint.
     *
     * @throws IOException if their folder cannot be listed
     */
    public static List<Path> of(ModelManifest model, VariantManifest variant) throws IOException {
        Set<Path> others = model.variants().stream()
                .map(VariantManifest::checkpoint)
                .filter(checkpoint -> !checkpoint.equals(variant.checkpoint()))
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(variant.checkpoint().getParent())) {
            return files.filter(file -> Files.isRegularFile(file) && !isHidden(file) && !others.contains(file))
                    .toList();
        }
    }

    /** The size of those files in bytes; 0 if their folder cannot be listed, where nothing will be read either. */
    public static long bytes(ModelManifest model, VariantManifest variant) {
        try {
            return of(model, variant).stream()
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException unreadable) {
            return 0;
        }
    }

    private static boolean isHidden(Path file) {
        return String.valueOf(file.getFileName()).startsWith(".");
    }
}
