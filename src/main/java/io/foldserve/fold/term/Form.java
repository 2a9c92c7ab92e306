package io.foldserve.fold.term;

import io.foldserve.fold.facts.Operators;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One exact way to compute a value: as a sum of terms. Immutable.
 *
 * @param terms added together; each reads a value outside of {@code nodes}
 * @param nodes the nodes of the training form that it stands for
 * @param rules the rules applied, first to last
 * @param after applied to what the terms add up to, first to last
 */
public record Form(List<Term> terms, List<Node> nodes, List<String> rules, List<TrailingOperator> after) {
    /** Copies the lists. */
    public Form {
        terms = List.copyOf(terms);
        nodes = List.copyOf(nodes);
        rules = List.copyOf(rules);
        after = List.copyOf(after);
    }

    /** The value that {@code term} reads, itself. */
    public static Form of(Term term) {
        return new Form(List.of(term), List.of(), List.of(), List.of());
    }

    /** True when its value is what the terms add up to. */
    public boolean isSum() {
        return after.isEmpty();
    }

    /** True when its last node does nothing but follow what is before it. */
    public boolean onlyFollows() {
        return !isSum() && after.get(after.size() - 1).node().equals(nodes.get(nodes.size() - 1));
    }

    /** True when nothing happens to the value it reads. */
    public boolean isIdentity() {
        return isSum() && isUnchanged();
    }

    /** True when nothing happens to the value it reads before {@link #after}. */
    public boolean isUnchanged() {
        return terms.size() == 1
                && terms.get(0).identity()
                && terms.get(0).source().channels().isEmpty();
    }

    /** True when it stands for several nodes that do more than move values. */
    public boolean isWorthWriting() {
        return nodes.size() > 1 && nodes.stream().anyMatch(node -> !Operators.isMover(node));
    }

    /**
     * True for one convolution or matrix product of a value as it is, and what it takes in without losing its place:
     * batch norms, and a constant that is added to the columns of a matrix product.
     */
    public boolean keepsOperator() {
        return isSum()
                && terms.size() == 1
                && !nodes.isEmpty()
                && Operators.isLinear(nodes.get(0))
                && IntStream.range(1, nodes.size()).allMatch(this::isTakenIn);
    }

    private boolean isTakenIn(int index) {
        boolean columns = index == 1
                && nodes.get(0).is("MatMul")
                && !terms.get(0).source().last();
        return nodes.get(index).is("BatchNormalization")
                || (columns && nodes.get(index).is("Add"));
    }

    /** These terms instead, made by {@code rule} of {@code following} and this form. */
    public Form then(List<Node> following, List<Term> others, String rule) {
        List<String> more = new ArrayList<>(rules);
        if (!rule.isEmpty()) {
            more.add(rule);
        }
        return new Form(others, with(nodes, following), more, after);
    }

    /** {@code terms} made by {@code node} of this form and {@code other}. */
    public Form with(Form other, Node node, List<Term> joined, String rule) {
        List<String> more = new ArrayList<>(rules);
        more.addAll(other.rules);
        if (!rule.isEmpty()) {
            more.add(rule);
        }
        return new Form(joined, with(with(nodes, other.nodes), List.of(node)), more, after);
    }

    /** This form, to which {@code rule} was applied too. */
    public Form by(String rule) {
        List<String> more = new ArrayList<>(rules);
        more.add(rule);
        return new Form(terms, nodes, more, after);
    }

    /** What {@code next} makes of this form's value. */
    public Form followedBy(TrailingOperator next) {
        List<TrailingOperator> more = new ArrayList<>(after);
        more.add(next);
        return new Form(terms, nodes, rules, more);
    }

    /**
     * The value of the training form that has the positions of what the terms add up to, if this is a form of
     * {@code value}.
     */
    public String summed(String value) {
        return isSum() ? value : after.get(0).node().inputs().get(0);
    }

    private static List<Node> with(List<Node> some, List<Node> others) {
        Set<Node> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }
}
