package io.foldserve.serving.prepared;

import io.foldserve.fold.result.FoldReport;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a folded ONNX file says of itself: from which files it was made, by what, and how exactly. Stateless. */
public final class FoldMetadata {
    private static final String PREFIX = "foldserve.";

    private FoldMetadata() {}

    /**
     * The metadata of a folded {@code variant} of {@code model}, by key.
     *
     * @throws InvalidInputException if its files cannot be read any more
     */
    public static SortedMap<String, String> of(ModelManifest model, VariantManifest variant, FoldReport report) {
        try {
            return of(Origin.of(model, variant).files(), report);
        } catch (IOException e) {
            throw new InvalidInputException(
                    variant.checkpoint().toString(), "cannot be read: " + FileFailure.reason(e));
        }
    }

    /**
     * The metadata of the folded ONNX file {@code file}, by key.
     *
     * @throws InvalidInputException if it cannot be read any more
     */
    public static SortedMap<String, String> of(Path file, FoldReport report) {
        try {
            return of(Map.of(String.valueOf(file.getFileName()), Digest.of(file)), report);
        } catch (IOException e) {
            throw new InvalidInputException(file.toString(), "cannot be read: " + FileFailure.reason(e));
        }
    }

    /** The metadata of a network whose files may have changed since it was read, by key. */
    public static SortedMap<String, String> of(FoldReport report) {
        return of(Map.of(), report);
    }

    private static SortedMap<String, String> of(Map<String, String> files, FoldReport report) {
        SortedMap<String, String> metadata = new TreeMap<>();
        files.forEach((file, digest) -> metadata.put(PREFIX + "sha256:" + file, digest));
        Maker.ownCode().ifPresent(code -> metadata.put(PREFIX + "code", code));
        metadata.put(PREFIX + "composition-error", String.valueOf(report.compositionError()));
        metadata.put(PREFIX + "rounding-error", String.valueOf(report.roundingError()));
        return metadata;
    }
}
