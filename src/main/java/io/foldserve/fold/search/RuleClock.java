package io.foldserve.fold.search;

import io.foldserve.fold.result.RuleStatistics;
import io.foldserve.fold.rule.Known;
import io.foldserve.fold.rule.Outcome;
import io.foldserve.fold.rule.Rule;
import io.foldserve.graph.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Applies rules, and keeps count and time of each by its name. Not thread-safe; belongs to one search. */
final class RuleClock {
    private final Map<String, RuleStatistics> statistics = new LinkedHashMap<>();

    Outcome apply(Rule rule, Node node, Known known) {
        long start = System.nanoTime();
        Outcome outcome = rule.apply(node, known);
        RuleStatistics one = new RuleStatistics(
                rule.name(),
                1,
                outcome instanceof Outcome.Found ? 1 : 0,
                outcome instanceof Outcome.Refused ? 1 : 0,
                System.nanoTime() - start);
        statistics.merge(rule.name(), one, RuleClock::sum);
        return outcome;
    }

    private static RuleStatistics sum(RuleStatistics a, RuleStatistics b) {
        return new RuleStatistics(
                a.rule(),
                a.applied() + b.applied(),
                a.found() + b.found(),
                a.refused() + b.refused(),
                a.nanos() + b.nanos());
    }

    /** The statistics so far, in the order in which rules were first tried. */
    List<RuleStatistics> statistics() {
        return List.copyOf(statistics.values());
    }
}
