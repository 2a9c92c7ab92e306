package io.foldserve.serving.manifest;

import io.foldserve.declaration.Key;
import io.foldserve.declaration.Section;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.Placeholder;
import io.foldserve.problem.Problems;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files a manifest may name: existing, and even after links are followed inside the model's own folder or a root
 * that links may lead to. */
final class FolderFiles {
    static final int LARGEST_LABELS = 4 << 20;

    private final Path folder;
    private final List<Path> linkRoots;
    private final Problems problems;

    /** Files in {@code folder}, and those below {@code linkRoots} that links in it lead to. */
    FolderFiles(Path folder, List<Path> linkRoots, Problems problems) {
        this.folder = folder;
        this.linkRoots = linkRoots;
        this.problems = problems;
    }

    /** The file that {@code key} of {@code section} names, if it is one that may be read. */
    Optional<Path> file(Section section, Key<String> key) {
        return section.find(key).flatMap(name -> inside(section, key.name(), name));
    }

    private Optional<Path> inside(Section section, String key, String name) {
        try {
            Path file = folder.resolve(name).normalize();
            if (!file.startsWith(folder.normalize())) {
                section.problem(key, "expected a file in the model's folder, found " + name + " outside it");
                return Optional.empty();
            }
            if (!Files.isRegularFile(file)) {
                section.problem(key, "expected an existing file, found none at " + file);
                return Optional.empty();
            }
            if (!file.toRealPath().startsWith(folder.toRealPath()) && !isFollowed(file.toRealPath())) {
                String link = "expected a file in the model's folder, found a link out of it: %s; "
                        + "links are followed only to places that foldserve.models.follow-links names";
                section.problem(key, link.formatted(name));
                return Optional.empty();
            }
            Optional<String> instead = Placeholder.describe(file);
            instead.ifPresent(found -> section.problem(key, name + " " + found));
            return instead.isPresent() ? Optional.empty() : Optional.of(file);
        } catch (InvalidPathException | IOException e) {
            section.problem(key, "expected a file in the model's folder, found " + name + ": " + FileFailure.reason(e));
            return Optional.empty();
        }
    }

    private boolean isFollowed(Path target) throws IOException {
        for (Path root : linkRoots) {
            if (Files.exists(root) && target.startsWith(root.toRealPath())) {
                return true;
            }
        }
        return false;
    }

    /**
     * The labels in {@code file}, one a line; trailing empty lines are ignored. Two classes may share a label, as
     * ImageNet's two cranes do.
     */
    List<String> labels(Path file) {
        try {
            if (Files.size(file) > LARGEST_LABELS) {
                problems.add("%s: expected at most %d bytes, found %d"
                        .formatted(file.getFileName(), LARGEST_LABELS, Files.size(file)));
                return List.of();
            }
            List<String> lines = withoutMark(Files.readString(file, StandardCharsets.UTF_8))
                    .stripTrailing()
                    .lines()
                    .map(String::strip)
                    .toList();
            check(file.getFileName(), lines);
            return lines;
        } catch (CharacterCodingException e) {
            problems.add(file.getFileName() + ": expected UTF-8 text, found other bytes");
        } catch (IOException e) {
            problems.add(file.getFileName() + ": cannot be read: " + FileFailure.reason(e));
        }
        return List.of();
    }

    /** The text without the byte order mark that some editors put before it. */
    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private void check(Path file, List<String> labels) {
        if (labels.isEmpty()) {
            problems.add(file + ": expected one label a line, found none");
        }
        for (int line = 1; line <= labels.size(); line++) {
            if (labels.get(line - 1).isEmpty()) {
                problems.add("%s line %d: expected a label, found an empty line".formatted(file, line));
            }
        }
    }
}
