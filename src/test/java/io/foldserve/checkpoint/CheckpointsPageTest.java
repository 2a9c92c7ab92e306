package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.documentation.Page;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of checkpoints.md is {@link Format}'s. */
class CheckpointsPageTest {
    private static final List<String> FORMATS = List.of(Format.descriptions().split(", "));
    private static final List<String> CELLS = Page.ofSite("checkpoints.md").table("format").stream()
            .map(row -> row.get(0))
            .toList();

    @Test
    void theTableHasEveryFormat() {
        assertThat(FORMATS).hasSizeGreaterThanOrEqualTo(8).allSatisfy(format -> assertThat(CELLS)
                .as("src/site/markdown/checkpoints.md: write a row \"%s\"", format)
                .anySatisfy(cell -> assertThat(cell).contains(format)));
    }

    @Test
    void theTableHasNothingThatIsNotRead() {
        assertThat(CELLS).isNotEmpty().allSatisfy(cell -> assertThat(FORMATS)
                .as("src/site/markdown/checkpoints.md: \"%s\" names no format of Format; remove or correct it", cell)
                .anySatisfy(format -> assertThat(cell).contains(format)));
    }
}
