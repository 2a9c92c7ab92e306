package io.foldserve.fold.layer;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.RuleEntry;
import io.foldserve.fold.rule.WeightProgram;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the rules make of a training form once none of them applies any more: a settled working graph, and what they
 * declined. Structure only; no kernel has been read yet.
 */
public record FoldPlan(WorkingGraph working, List<Declined> declined) {
    /** All rules. Their order does not change the result. */
    public static final List<LayerRule> RULES =
            List.of(new RemoveInferenceNoOp(), new FoldMatMulBias(), new FoldBatchNorm());

    /** The rules' entries in the glossary. */
    public static Stream<RuleEntry> glossary() {
        return RULES.stream().flatMap(rule -> rule.glossary().stream());
    }

    /** Copies the list. */
    public FoldPlan {
        declined = List.copyOf(declined);
    }

    /** Applies all rules to {@code training} until they settle. */
    public static FoldPlan of(GraphFacts training) {
        return of(training, RULES);
    }

    /**
     * Applies {@code rules} to {@code training} until they settle. Every application shrinks the working graph, so they
     * do.
     */
    public static FoldPlan of(GraphFacts training, List<LayerRule> rules) {
        WorkingGraph working = new WorkingGraph(training);
        List<Declined> declined = new ArrayList<>();
        boolean changed = true;
        while (changed) {
            declined.clear();
            changed = false;
            for (Node node : working.nodes()) {
                changed |= visit(working, node.name(), rules, declined);
            }
        }
        return new FoldPlan(working, declined);
    }

    private static boolean visit(WorkingGraph working, String name, List<LayerRule> rules, List<Declined> declined) {
        boolean changed = false;
        for (LayerRule rule : rules) {
            Optional<Node> node = working.node(name);
            if (node.isEmpty() || !working.training().understands(node.get())) {
                return changed;
            }
            LayerOutcome outcome = rule.apply(working, node.get());
            changed |= outcome instanceof LayerOutcome.Applied;
            if (outcome instanceof LayerOutcome.Refused refused) {
                declined.add(new Declined(name, rule.name(), refused.reason()));
            }
        }
        working.node(name)
                .flatMap(working::refusal)
                .ifPresent(reason -> declined.add(new Declined(name, WeightProgram.NAME, reason)));
        return changed;
    }
}
