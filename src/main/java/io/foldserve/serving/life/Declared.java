package io.foldserve.serving.life;

import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantFiles;
import io.foldserve.serving.manifest.VariantManifest;
import java.nio.file.Path;
import java.util.List;

/**
 * A model whose manifest is read, and which is to be loaded. Immutable and thread-safe.
 *
 * @param files what was in {@code folder} before the manifest was read
 * @param bytes how large the files of the largest variant are, by which the model takes its time where variants are
 *     loaded side by side
 */
record Declared(String name, Path folder, Fingerprint files, ModelManifest manifest, long bytes) {
    /** Looks up {@link #bytes()}. */
    Declared(String name, Path folder, Fingerprint files, ModelManifest manifest) {
        this(name, folder, files, manifest, largest(manifest));
    }

    /** The names of the variants of {@code manifest}. */
    static List<String> variants(ModelManifest manifest) {
        return manifest.variants().stream().map(VariantManifest::name).toList();
    }

    private static long largest(ModelManifest manifest) {
        return manifest.variants().stream()
                .mapToLong(variant -> VariantFiles.bytes(manifest, variant))
                .max()
                .orElse(0);
    }

    /** Whether the manifest is still what is in the folder. */
    boolean isUnchanged() {
        return files.equals(Fingerprint.of(folder));
    }
}
