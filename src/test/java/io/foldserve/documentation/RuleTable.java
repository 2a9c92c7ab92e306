package io.foldserve.documentation;

import io.foldserve.fold.GraphFolder;
import io.foldserve.fold.result.RuleEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The table of rules in folding.md, made of the glossary.
 *
 * <p>What a rule says of itself is written into the page by
 *
 * <pre>{@code
 * mvn -B -q -Pbenchmark test-compile exec:exec@benchmark -Dbenchmark=io.foldserve.documentation.RuleTable
 * }</pre>
 */
final class RuleTable {
    private static final String HEADING = "| rule | in one sentence | source |";

    private RuleTable() {}

    /** Writes the table into the page, in place of the one that is there. */
    public static void main(String[] arguments) throws IOException {
        Page page = page();
        int first = page.lines().indexOf(HEADING);
        List<String> lines = new ArrayList<>(page.lines().subList(0, first));
        lines.addAll(expected());
        page.lines().stream()
                .skip(first)
                .dropWhile(line -> line.startsWith("|"))
                .forEach(lines::add);
        Files.write(page.path(), lines);
    }

    /** The lines of the table, from its heading on, that the glossary asks for. */
    static List<String> expected() {
        return Stream.concat(
                        Stream.of(HEADING, "| --- | --- | --- |"),
                        GraphFolder.rules().stream().map(RuleTable::row))
                .toList();
    }

    /** The lines of the table that is in the page. */
    static List<String> found() {
        return page().lines().stream()
                .dropWhile(line -> !line.equals(HEADING))
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    private static Page page() {
        return Page.ofSite("folding.md");
    }

    private static String row(RuleEntry rule) {
        return "| `%s` | %s | %s |".formatted(rule.name(), rule.sentence(), rule.source());
    }
}
