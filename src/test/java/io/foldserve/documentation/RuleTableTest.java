package io.foldserve.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.GraphFolder;
import org.junit.jupiter.api.Test;

/** The table of rules in folding.md is the glossary. */
class RuleTableTest {
    @Test
    void thePageHasEveryRuleAsTheRuleSaysItself() {
        assertThat(RuleTable.found())
                .as("rows of src/site/markdown/folding.md: renew them as %s says", RuleTable.class.getSimpleName())
                .containsExactlyElementsOf(RuleTable.expected());
    }

    @Test
    void everyEntryIsOneSentenceWithASourceAndFitsACell() {
        assertThat(GraphFolder.rules()).hasSizeGreaterThan(20).allSatisfy(rule -> {
            assertThat(rule.name()).matches("[a-z]+(-[a-z]+)*");
            assertThat(rule.sentence()).endsWith(".").doesNotContain("|", "\n");
            assertThat(rule.source()).isNotBlank().doesNotContain("|", "\n");
        });
    }

    @Test
    void noRuleIsThereTwice() {
        assertThat(GraphFolder.rules()).doesNotHaveDuplicates();
    }
}
