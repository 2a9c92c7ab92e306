package io.foldserve.fold.search;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.cost.IslandCost;
import io.foldserve.fold.cost.TermPartition;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.rule.ComposeConvolutions;
import io.foldserve.fold.rule.Lifts;
import io.foldserve.fold.rule.RepairBorder;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers why linear operators stay apart, a sentence for each. What an operator that keeps its place declines to
 * take in, {@link KeptOperators} say. Not thread-safe; belongs to one fold.
 */
final class IslandRefusals {
    private final Graph graph;
    private final FoundForms forms;
    private final Lifts lifts;
    private final IslandCost costs;
    private final Map<String, Declined> refused = new HashMap<>();

    IslandRefusals(Graph graph, FoundForms forms, Lifts lifts, IslandCost costs) {
        this.graph = graph;
        this.forms = forms;
        this.lifts = lifts;
        this.costs = costs;
    }

    /** {@code rule} cannot be applied at {@code node} because of {@code reason}. */
    void refuse(Node node, String rule, String reason) {
        refused.put(node.name(), new Declined(node.name(), rule, reason));
    }

    /** {@code form}, which ends in the convolution or matrix product {@code node}, is exact and does not pay. */
    void costly(Node node, Form form) {
        boolean said = form.rules().contains(RepairBorder.NAME) && refused.containsKey(node.name());
        if (!Operators.isLinear(node) || form.rules().isEmpty() || said) {
            return;
        }
        double together = TermPartition.cheapest(form, node.output(), costs).terms().stream()
                .mapToDouble(term -> costs.macs(term, form.summed(node.output())))
                .sum();
        double apart = form.nodes().stream()
                .filter(Operators::isLinear)
                .mapToDouble(inner -> costs.macs(lifts.term(inner), inner.output()))
                .sum();
        List<String> names = form.nodes().stream().map(Node::name).toList();
        refuse(node, form.rules().get(form.rules().size() - 1), slower(node, names, together, apart));
    }

    /**
     * {@code form}, which ends in {@code node}, took {@code together} nanoseconds and what it stands for {@code apart}.
     */
    void timed(Node node, Form form, double together, double apart) {
        List<String> rules = form.rules();
        List<String> names = form.nodes().stream().map(Node::name).toList();
        refuse(
                node,
                rules.isEmpty() ? Lifts.NAME : rules.get(rules.size() - 1),
                slowerWhenTimed(node, names, together, apart));
    }

    /** Why {@code node} was not composed with what is before it, if there is anything to say. */
    Optional<Declined> of(Node node) {
        return Optional.ofNullable(refused.get(node.name())).or(() -> alsoRead(node));
    }

    private Optional<Declined> alsoRead(Node node) {
        if (!lifts.isCandidate(node) || node.is("BatchNormalization")) {
            return Optional.empty();
        }
        String value = lifts.operand(node);
        Optional<Node> before =
                graph.producer(value).filter(producer -> forms.find(value).isPresent() && forms.isShared(value));
        return before.map(producer -> new Declined(
                node.name(),
                ComposeConvolutions.NAME,
                Reasons.alsoRead(node, value, producer, others(value, node), graph.isOutput(value))));
    }

    private List<String> others(String value, Node node) {
        List<String> others =
                new ArrayList<>(graph.consumers(value).stream().map(Node::name).toList());
        others.remove(node.name());
        return others;
    }

    private static String slower(Node node, List<String> names, double together, double apart) {
        return ("%s stays apart to be fast: %s as one operator would take %.0f multiply-accumulates, apart they take "
                        + "%.0f.")
                .formatted(at(node), String.join(", ", names), together, apart);
    }

    private static String slowerWhenTimed(Node node, List<String> names, double togetherNanos, double apartNanos) {
        return "%s stays apart to be fast: %s took %.0f µs as one when both were timed here, apart %.0f µs."
                .formatted(at(node), String.join(", ", names), togetherNanos / 1000, apartNanos / 1000);
    }
}
