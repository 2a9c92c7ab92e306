package io.foldserve.serving.life;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The sizes and times of a folder's files at one instant, by which a change is noticed without reading them. Links are
 * followed; names that begin with a dot are left out, as what editors and this service keep there. Immutable and
 * thread-safe.
 *
 * @param files what is known of each file, by its path in the folder
 */
record Fingerprint(Map<String, Stamp> files) {
    private static final int DEEPEST = 8;

    /** One file's size in bytes and the time of its last change. */
    record Stamp(long bytes, FileTime changed) {}

    /** Copies the files. */
    Fingerprint {
        files = Map.copyOf(files);
    }

    /** What is in {@code folder} now; files that cannot be looked at are left out. */
    static Fingerprint of(Path folder) {
        Map<String, Stamp> files = new TreeMap<>();
        try {
            Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, new SimpleFileVisitor<Path>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    boolean hidden = !directory.equals(folder) && isHidden(directory);
                    return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!isHidden(file)) {
                        Stamp stamp = new Stamp(attributes.size(), attributes.lastModifiedTime());
                        files.put(folder.relativize(file).toString(), stamp);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException vanished) {
            return new Fingerprint(files);
        }
        return new Fingerprint(files);
    }

    private static boolean isHidden(Path path) {
        Path name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }
}
