package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.RuleEntry;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whoever reads a name of a rule in a report finds it in the glossary. */
class GlossaryTest {
    private static final Set<String> NAMES =
            GraphFolder.rules().stream().map(RuleEntry::name).collect(Collectors.toSet());

    @Test
    void everyRuleThatAReportNamesIsExplained() {
        Set<String> named = new TreeSet<>();
        GoldenSystems.all().forEach(system -> {
            FoldReport report = GraphFolder.fold(system.training()).report();
            report.layers().forEach(layer -> named.addAll(layer.rules()));
            report.declined().stream().map(Declined::rule).forEach(named::add);
        });
        assertThat(named).contains("sequence", "post-affine", "batch-norm", "do-conv");
        assertThat(NAMES).containsAll(named);
    }
}
