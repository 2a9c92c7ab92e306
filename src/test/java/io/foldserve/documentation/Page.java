package io.foldserve.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of documentation in Markdown.
 *
 * @param path where it lies, from the top of the project
 * @param lines all of them
 */
public record Page(Path path, List<String> lines) {
    private static final Path SITE = Path.of("src", "site", "markdown");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** Copies the list. */
    public Page {
        lines = List.copyOf(lines);
    }

    /** The page at {@code path}. */
    public static Page at(Path path) {
        try {
            return new Page(path, Files.readAllLines(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page {@code name} of the site, such as {@code folding.md}. */
    public static Page ofSite(String name) {
        return at(SITE.resolve(name));
    }

    /** All pages for people, those of the site and those beside what they are about. */
    public static List<Page> all() {
        try (Stream<Path> site = Files.list(SITE)) {
            Stream<Path> others = Stream.of(
                            "README.md",
                            "CHANGELOG.md",
                            ".github/CONTRIBUTING.md",
                            "docker/README.md",
                            "k8s/README.md",
                            "models/README.md")
                    .map(Path::of);
            return Stream.concat(others, site.sorted()).map(Page::at).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows of the table whose first column is called {@code heading}, by cells; none if there is no such table. */
    public List<List<String>> table(String heading) {
        return lines.stream()
                .dropWhile(line -> !line.startsWith("| " + heading + " |"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(Page::cells)
                .toList();
    }

    /** The page without its fenced blocks. */
    public String prose() {
        StringBuilder prose = new StringBuilder();
        boolean fenced = false;
        for (String line : lines) {
            fenced ^= line.startsWith("```");
            prose.append(fenced || line.startsWith("```") ? "" : line).append('\n');
        }
        return prose.toString();
    }

    /** What stands between backquotes in {@code text}, in order. */
    public static List<String> code(String text) {
        return CODE.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.substring(1, row.length() - 1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }
}
