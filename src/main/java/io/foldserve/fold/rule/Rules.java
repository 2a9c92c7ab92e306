package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** All rules of one graph, found by operator. Immutable. */
public final class Rules {
    /** The only list of rules. Their order decides which reason is said if several have one, and nothing else. */
    public static final List<Function<GraphFacts, Rule>> ALL = List.of(
            TileProduct::new,
            HandOn::new,
            CommuteResize::new,
            ComposeTerms::new,
            CommuteAverage::new,
            CommuteView::new,
            SumTerms::new,
            ConcatTerms::new);

    private final List<Rule> rules;

    private Rules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** The rules for the graph of {@code facts}. */
    public static Rules of(GraphFacts facts) {
        return new Rules(ALL.stream().map(rule -> rule.apply(facts)).toList());
    }

    /** The rules that may fire at {@code node}. */
    public List<Rule> at(Node node) {
        return node.domain().isEmpty()
                ? rules.stream()
                        .filter(rule -> rule.operators().contains(node.op()))
                        .toList()
                : List.of();
    }

    /** Every rule by name, in one sentence, with its source. */
    public static List<RuleEntry> glossary() {
        GraphFacts nothing = GraphFacts.of(new Graph("", 19, List.of(), List.of(), List.of(), Map.of()));
        return of(nothing).rules.stream()
                .map(rule -> new RuleEntry(rule.name(), rule.sentence(), rule.source()))
                .toList();
    }
}
