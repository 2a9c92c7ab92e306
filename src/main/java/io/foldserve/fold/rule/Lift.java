package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * A rule that reads an operator, which is linear in one value, as a term. What becomes of the term is the same for all
 * such operators, see {@link ComposeTerms}. Immutable; belongs to one graph.
 *
 * <p>Declines values without channels, and windows whose padding depends on an open size.
 */
abstract class Lift implements Rule {
    private final ValueShapes shapes;

    Lift(GraphFacts facts) {
        this.shapes = facts.shapes();
    }

    @Override
    public final String name() {
        return Lifts.NAME;
    }

    @Override
    public final Outcome apply(Node node, Known known) {
        return isCandidate(node) && known.read(node).equals(List.of(operand(node)))
                ? new ComposeTerms(this, node, known).outcome()
                : Outcome.notMine();
    }

    /** True for a node of {@link #operators} that may be linear in a single value, which is then {@link #operand}. */
    boolean isCandidate(Node node) {
        return true;
    }

    /** The value in which the candidate {@code node} is linear. */
    String operand(Node node) {
        return node.inputs().get(0);
    }

    /** The nodes between {@link #operand} and the result, {@code node} the last of them. */
    List<Node> nodes(Node node) {
        return List.of(node);
    }

    /** True when the term's channels are the last axis of the value it reads, rather than axis 1. */
    boolean readsLastAxis() {
        return false;
    }

    /**
     * Why {@code node} is no term, if so.
     *
     * @param shape that of the value in which it is linear: (1, channels, …)
     */
    abstract Optional<String> whyNot(Node node, Shape shape);

    /** The term of the first output, its constants made in float64; only if {@link #whyNot} is empty. */
    abstract Term term(Node node, Shape shape);

    /** The terms that the outputs of {@code node} are; only if {@link #whyNot} is empty. */
    List<Term> terms(Node node, Shape shape) {
        return List.of(term(node, shape));
    }

    /** Why the candidate {@code node} is no term, if so. */
    final Optional<String> whyNot(Node node) {
        String value = operand(node);
        Shape shape = shape(value);
        if (shape.rank() < 2) {
            return Optional.of(noChannels(node, value, shape));
        }
        if (padsByOpenExtents(node)) {
            return Optional.of(openAutoPad(node, value));
        }
        return whyNot(node, shape);
    }

    // With a stride of 1, SAME pads as the kernel alone asks for.
    private boolean padsByOpenExtents(Node node) {
        return node.text("auto_pad", "NOTSET").startsWith("SAME")
                && node.integers("strides", List.of()).stream().anyMatch(stride -> stride != 1)
                && !shapes.isFixed(operand(node));
    }

    /** The terms that the outputs of {@code node} are; only if {@link #whyNot} is empty. */
    final List<Term> terms(Node node) {
        return terms(node, shape(operand(node)));
    }

    /** The term of the first output of {@code node}; only if {@link #whyNot} is empty. */
    final Term term(Node node) {
        return term(node, shape(operand(node)));
    }

    private Shape shape(String value) {
        return shapes.find(value)
                .orElseThrow(() -> new IllegalStateException("the shape of " + value + " was not inferred"));
    }

    private static String noChannels(Node node, String value, Shape shape) {
        return "%s reads %s of shape %s, expected a batch and channels.".formatted(at(node), value, shape);
    }

    private static String openAutoPad(Node node, String value) {
        return "%s pads by auto_pad, which depends on the open size of %s; export with explicit pads."
                .formatted(at(node), value);
    }
}
