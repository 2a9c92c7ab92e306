package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** All rules of one graph, found by operator. Immutable. */
public final class Rules {
    /** The only list of rules. Of several reasons the last rule's is said; the glossary has their order. */
    public static final List<Function<GraphFacts, Rule>> ALL = List.of(
            TileProduct::new,
            CommuteResize::new,
            LiftProduct::new,
            LiftTransposed::new,
            LiftBatchNorm::new,
            LiftAffine::new,
            LiftTokens::new,
            LiftAverage::new,
            LiftPadding::new,
            LiftSlice::new,
            LiftGather::new,
            LiftSplit::new,
            LiftShuffle::new,
            CommuteAverage::new,
            CommuteView::new,
            SumTerms::new,
            ConcatTerms::new);

    private static final Rules OF_NOTHING =
            of(GraphFacts.of(new Graph("", 19, List.of(), List.of(), List.of(), Map.of())));

    private final List<Rule> rules;
    private final Map<String, List<Rule>> byOperator = new HashMap<>();

    private Rules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        rules.forEach(rule -> rule.operators().forEach(operator -> byOperator
                .computeIfAbsent(operator, ignored -> new ArrayList<>())
                .add(rule)));
    }

    /** The rules for the graph of {@code facts}. */
    public static Rules of(GraphFacts facts) {
        return new Rules(ALL.stream().map(rule -> rule.apply(facts)).toList());
    }

    /** The rules that may fire at {@code node}, in their order. */
    public List<Rule> at(Node node) {
        return node.domain().isEmpty()
                ? Collections.unmodifiableList(byOperator.getOrDefault(node.op(), List.of()))
                : List.of();
    }

    /** The rules that read a node as a term. */
    public Lifts lifts() {
        return new Lifts(this);
    }

    /** True when some rule may fire at the operator of {@code node}, whatever the graph. */
    public static boolean mayFireAt(Node node) {
        return !OF_NOTHING.at(node).isEmpty();
    }

    /** True when some rule may read the operator of {@code node} as a term, whatever the graph. */
    public static boolean mayLift(Node node) {
        return OF_NOTHING.at(node).stream().anyMatch(Lift.class::isInstance);
    }

    /** Every rule by name, in one sentence, with its source; then all that may become of a term, and of a kernel. */
    public static List<RuleEntry> glossary() {
        Stream<RuleEntry> rules =
                OF_NOTHING.rules.stream().map(rule -> new RuleEntry(rule.name(), rule.sentence(), rule.source()));
        return Stream.concat(Stream.concat(rules, ComposeTerms.glossary()), WeightProgram.ENTRIES.stream())
                .toList();
    }
}
