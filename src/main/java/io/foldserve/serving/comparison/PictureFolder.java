package io.foldserve.serving.comparison;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files below a folder by their path within it; hidden ones, whose names begin with a dot, are none of its. */
final class PictureFolder {
    private PictureFolder() {}

    /**
     * Every file, in the order of the names.
     *
     * @throws InvalidInputException if the folder cannot be listed or holds no file
     */
    static SortedMap<String, Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(folder.toString(), "expected a folder, found none there");
        }
        SortedMap<String, Path> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            found.filter(Files::isRegularFile).forEach(file -> {
                String name = folder.relativize(file).toString().replace('\\', '/');
                if (!name.startsWith(".") && !name.contains("/.")) {
                    files.put(name, file);
                }
            });
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException(folder.toString(), "cannot be listed: " + FileFailure.reason(e));
        }
        if (files.isEmpty()) {
            throw new InvalidInputException(folder.toString(), "expected pictures, found no file");
        }
        return files;
    }

    /** The name without the part behind its last dot. */
    static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }
}
