package io.foldserve.fold;

import io.foldserve.fold.result.RuleStatistics;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphPrinter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs a fold: each rule's counts and time at debug level, the graph before and after at trace level. Stateless. */
final class FoldLog {
    private static final Logger LOG = System.getLogger("io.foldserve.fold");

    private FoldLog() {}

    static void folded(Graph before, Folded after) {
        for (RuleStatistics rule : after.statistics()) {
            LOG.log(
                    Level.DEBUG,
                    () -> "%s: rule %s was tried at %d nodes, found forms at %d, was refused at %d; %.3f ms"
                            .formatted(
                                    before.name(),
                                    rule.rule(),
                                    rule.applied(),
                                    rule.found(),
                                    rule.refused(),
                                    rule.nanos() / 1e6));
        }
        LOG.log(Level.TRACE, () -> "before the fold:\n" + GraphPrinter.print(before));
        LOG.log(Level.TRACE, () -> "after the fold:\n" + GraphPrinter.print(after.graph()));
    }
}
