package io.foldserve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No line of the sources is wider than 120 columns, but for the rows of tables that text blocks of tests hold. */
class LineWidthTest {
    private static final int WIDEST = 120;
    private static final String TEXT_BLOCK = "\"\"\"";

    @Test
    void linesOfTheServiceAreNarrow() throws IOException {
        assertThat(wideLines(Path.of("src/main/java"))).isEmpty();
    }

    @Test
    void linesOfTestsAreNarrowOutsideTextBlocks() throws IOException {
        assertThat(wideLines(Path.of("src/test/java"))).isEmpty();
    }

    private static List<String> wideLines(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(path -> path.toString().endsWith(".java")).toList();
        }
        assertThat(files).hasSizeGreaterThan(100);
        List<String> wide = new ArrayList<>();
        for (Path file : files) {
            addWideLines(file, wide);
        }
        return wide;
    }

    private static void addWideLines(Path file, List<String> wide) throws IOException {
        boolean textBlock = false;
        List<String> lines = Files.readAllLines(file);
        for (int line = 0; line < lines.size(); line++) {
            String text = lines.get(line);
            int columns = text.codePointCount(0, text.length());
            if (columns > WIDEST && !textBlock) {
                wide.add("%s:%d has %d columns".formatted(file, line + 1, columns));
            }
            textBlock ^= text.contains(TEXT_BLOCK);
        }
    }
}
