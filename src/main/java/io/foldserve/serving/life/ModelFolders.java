package io.foldserve.serving.life;

import io.foldserve.serving.manifest.CheckpointFiles;
import io.foldserve.serving.manifest.ManifestReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The folders of models in a directory: those of its folders that hold a manifest, others (training scripts, say) are
 * none of our business; or the directory itself if it holds one. Names that begin with a dot are hidden. Immutable and
 * thread-safe; every call looks again.
 */
public final class ModelFolders {
    private final Path directory;

    /** The folders in {@code directory}. */
    public ModelFolders(Path directory) {
        this.directory = directory;
    }

    /** The directory. */
    public Path directory() {
        return directory;
    }

    /**
     * Each model's folder by the model's name, sorted.
     *
     * @throws IOException if the directory cannot be listed
     */
    public SortedMap<String, Path> list() throws IOException {
        if (holdsManifest(directory)) {
            return new TreeMap<>(Map.of(name(directory.toAbsolutePath().normalize()), directory));
        }
        SortedMap<String, Path> folders = new TreeMap<>();
        try (Stream<Path> children = Files.list(directory)) {
            children.filter(child -> !name(child).startsWith("."))
                    .filter(ModelFolders::holdsManifest)
                    .forEach(child -> folders.put(name(child), child));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return folders;
    }

    /** The folder of the model called {@code name}, if there is one now. */
    public Optional<Path> find(String name) {
        try {
            return Optional.ofNullable(list().get(name));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The names of the folders that hold what may be a checkpoint, but no manifest; none if none can be read. */
    public SortedSet<String> withoutManifest() {
        SortedSet<String> names = new TreeSet<>();
        if (!holdsManifest(directory)) {
            try (Stream<Path> children = Files.list(directory)) {
                children.filter(child -> !name(child).startsWith("."))
                        .filter(child -> !holdsManifest(child) && holdsCheckpoint(child))
                        .forEach(child -> names.add(name(child)));
            } catch (IOException | UncheckedIOException unreadable) {
                return new TreeSet<>();
            }
        }
        return names;
    }

    /** {@code text} with the files in the directory named from here on: where it lies is for no client to know. */
    public String asSeenFromHere(String text) {
        return directory.isAbsolute() ? text.replace(directory + File.separator, "") : text;
    }

    private static boolean holdsCheckpoint(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try {
            return !CheckpointFiles.in(folder).isEmpty();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static boolean holdsManifest(Path folder) {
        return Files.isRegularFile(folder.resolve(ManifestReader.FILE));
    }

    private static String name(Path folder) {
        return Optional.ofNullable(folder.getFileName()).orElse(folder).toString();
    }
}
