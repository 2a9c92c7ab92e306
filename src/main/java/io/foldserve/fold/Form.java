package io.foldserve.fold;

import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One exact way to compute a value: as a sum of terms. Immutable.
 *
 * @param terms added together; each reads a value outside of {@code nodes}
 * @param nodes the nodes of the training form that it stands for
 * @param rules the rules applied, first to last
 * @param ordinary true for one convolution or matrix product and what {@link FoldPlan#RULES} compose with it, which is left
 *     to them
 * @param view a Reshape of what the terms add up to, if the value is that
 */
record Form(List<Term> terms, List<Node> nodes, List<String> rules, boolean ordinary, Optional<Node> view) {
    private static final Set<String> MOVES =
            Set.of("Split", "Slice", "Gather", "Concat", "Reshape", "Transpose", "Pad", "Identity", "Dropout");

    /** Copies the lists. */
    Form {
        terms = List.copyOf(terms);
        nodes = List.copyOf(nodes);
        rules = List.copyOf(rules);
    }

    /** The value that {@code term} reads, itself. */
    static Form of(Term term) {
        return new Form(List.of(term), List.of(), List.of(), false, Optional.empty());
    }

    /** True when nothing happens to the value it reads. */
    boolean isIdentity() {
        return terms.size() == 1
                && terms.get(0).identity()
                && terms.get(0).source().channels().isEmpty();
    }

    /** True when it stands for several nodes that do more than move values. */
    boolean isWorthWriting() {
        return nodes.size() > 1 && nodes.stream().anyMatch(node -> !MOVES.contains(node.op()));
    }

    /** These terms instead, made by {@code rule} of {@code following} and this form. */
    Form then(List<Node> following, List<Term> others, String rule, boolean stillOrdinary) {
        List<String> more = new ArrayList<>(rules);
        if (!rule.isEmpty()) {
            more.add(rule);
        }
        return new Form(others, with(nodes, following), more, stillOrdinary, view);
    }

    /** {@code terms} made by {@code node} of this form and {@code other}. */
    Form with(Form other, Node node, List<Term> joined, String rule) {
        List<String> more = new ArrayList<>(rules);
        more.addAll(other.rules);
        if (!rule.isEmpty()) {
            more.add(rule);
        }
        return new Form(joined, with(with(nodes, other.nodes), List.of(node)), more, false, view);
    }

    /** This form, to which {@code rule} was applied too. */
    Form by(String rule) {
        List<String> more = new ArrayList<>(rules);
        more.add(rule);
        return new Form(terms, nodes, more, ordinary, view);
    }

    /** What {@code reshape} makes of this form's value. */
    Form viewedBy(Node reshape) {
        return new Form(terms, nodes, rules, ordinary, Optional.of(reshape));
    }

    private static List<Node> with(List<Node> some, List<Node> others) {
        Set<Node> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }
}
