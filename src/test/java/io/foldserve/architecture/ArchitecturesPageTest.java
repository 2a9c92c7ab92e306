package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.documentation.Page;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of architectures.md is what {@link Architectures} knows. */
class ArchitecturesPageTest {
    @Test
    void theTableHasEveryNameOnce() {
        List<String> documented = Page.ofSite("architectures.md").table("network").stream()
                .flatMap(row -> Page.code(row.get(1)).stream())
                .toList();

        assertThat(documented)
                .as("src/site/markdown/architectures.md: write each name of Architectures in the second column, once")
                .containsExactlyInAnyOrderElementsOf(Architectures.names());
    }
}
