package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.documentation.Page;
import io.foldserve.fold.GoldenSystems.Case;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables of folding.md are the cases of {@link GoldenSystems}. */
class FoldingPageTest {
    private static final Page PAGE = Page.ofSite("folding.md");
    private static final List<String> FOLDS = patterns("system");
    private static final List<String> STAYS = patterns("stays as it is");

    /** The names of cases in the last column, in which a star stands for anything. */
    private static List<String> patterns(String heading) {
        return PAGE.table(heading).stream()
                .flatMap(row -> Page.code(row.get(row.size() - 1)).stream())
                .toList();
    }

    private static boolean names(String pattern, Case system) {
        return system.name().matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
    }

    private static boolean isNamed(List<String> patterns, Case system) {
        return patterns.stream().anyMatch(pattern -> names(pattern, system));
    }

    @Test
    void everySystemThatFoldsIsInTheFirstTable() {
        assertThat(GoldenSystems.all())
                .filteredOn(system -> !system.stays())
                .isNotEmpty()
                .as("cases that fold: src/site/markdown/folding.md needs a row for each, or its name in one")
                .allMatch(system -> isNamed(FOLDS, system));
    }

    @Test
    void everySystemThatStaysIsInTheSecondTable() {
        assertThat(GoldenSystems.all())
                .filteredOn(Case::stays)
                .isNotEmpty()
                .as("cases that stay: src/site/markdown/folding.md needs a row for each, or its name in one")
                .allMatch(system -> isNamed(STAYS, system));
    }

    @Test
    void everyNameInTheTablesIsACaseWithThatVerdict() {
        assertThat(FOLDS)
                .as("test cases in the table of what folds: remove or correct each that no folding case has")
                .allMatch(pattern ->
                        GoldenSystems.all().stream().anyMatch(system -> !system.stays() && names(pattern, system)));
        assertThat(STAYS)
                .as("test cases in the table of what stays: remove or correct each that no staying case has")
                .allMatch(pattern ->
                        GoldenSystems.all().stream().anyMatch(system -> system.stays() && names(pattern, system)));
    }
}
