package io.foldserve.serving.prepared;

import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantFiles;
import io.foldserve.serving.manifest.VariantManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * From what a variant's network was made.
 *
 * @param files the digests of the manifest, of the checkpoint, and of what lies beside it (shards, external data,
 *     labels) but belongs to no other variant; by path in the model's folder
 * @param labels the digest of the labels, wherever they lie
 */
public record Origin(SortedMap<String, String> files, String labels) {
    private static final String MANIFEST = ManifestReader.FILE;

    /** What {@code variant} of {@code model} is made from now. */
    static Origin of(ModelManifest model, VariantManifest variant) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        files.put(MANIFEST, Digest.of(model.folder().resolve(MANIFEST)));
        for (Path file : VariantFiles.of(model, variant)) {
            files.put(model.folder().relativize(file).toString(), Digest.of(file));
        }
        return new Origin(files, Digest.of(String.join("\n", model.labels()).getBytes(StandardCharsets.UTF_8)));
    }

    /** A file that is not now as it was then, or is only in one of both; nothing if all are alike. */
    Optional<String> difference(Origin now) {
        TreeMap<String, String> all = new TreeMap<>(files);
        all.putAll(now.files);
        for (String file : all.keySet()) {
            if (!Optional.ofNullable(files.get(file)).equals(Optional.ofNullable(now.files.get(file)))) {
                return Optional.of(file);
            }
        }
        return labels.equals(now.labels) ? Optional.empty() : Optional.of("the labels");
    }
}
