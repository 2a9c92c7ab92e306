package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An operator that is linear in one value is read as a term, by the {@link Lift} of its kind.
 *
 * <p>Source: linearity; the kinds name theirs.
 */
public final class LiftLinear {
    public static final String NAME = "lift";

    /** The operators that may be linear in one value. */
    public static final Set<String> OPERATORS = Set.of(
            "Split",
            "Slice",
            "Gather",
            "Reshape",
            "Conv",
            "ConvTranspose",
            "Gemm",
            "MatMul",
            "BatchNormalization",
            "AveragePool",
            "Pad",
            "Add",
            "Sub",
            "Mul",
            "Div");

    private final ValueShapes shapes;
    private final Map<String, Lift> lifts;
    private final Lift tokens;

    public LiftLinear(GraphFacts facts) {
        this.shapes = facts.shapes();
        Graph graph = facts.graph();
        ConstantValues constants = facts.constants();
        LinearOperators operators = new LinearOperators(graph, constants, shapes.typical());
        LiftProduct product = new LiftProduct(constants, operators);
        LiftAffine affine = new LiftAffine(constants);
        this.tokens = new LiftTokens(constants, operators, affine);
        this.lifts = Map.ofEntries(
                Map.entry("Split", new LiftSplit(shapes.typical())),
                Map.entry("Slice", new LiftSlice(constants, shapes)),
                Map.entry("Gather", new LiftGather(constants)),
                Map.entry("Reshape", new LiftShuffle(graph, shapes)),
                Map.entry("Conv", product),
                Map.entry("ConvTranspose", new LiftTransposed(operators, product)),
                Map.entry("Gemm", product),
                Map.entry("MatMul", product),
                Map.entry("BatchNormalization", new LiftBatchNorm(constants)),
                Map.entry("AveragePool", new LiftAverage()),
                Map.entry("Pad", new LiftPadding(constants)),
                Map.entry("Add", affine),
                Map.entry("Sub", affine),
                Map.entry("Mul", affine),
                Map.entry("Div", affine));
    }

    /** True for an operator that may be linear in a single value, which is then {@link #operand}. */
    public boolean isCandidate(Node node) {
        return node.domain().isEmpty()
                && lifts.containsKey(node.op())
                && lift(node).isCandidate(node);
    }

    /** The value in which the candidate {@code node} is linear. */
    public String operand(Node node) {
        return lift(node).operand(node);
    }

    /** The nodes between the candidate {@code node}'s operand and its result, itself the last. */
    public List<Node> nodes(Node node) {
        return lift(node).nodes(node);
    }

    /** Why the candidate {@code node} is no term, if so. */
    public Optional<String> whyNot(Node node) {
        Shape shape = shape(operand(node));
        if (shape.rank() < 2) {
            return Optional.of(noChannels(node, operand(node), shape));
        }
        if (padsByOpenExtents(node)) {
            return Optional.of(openAutoPad(node, operand(node)));
        }
        return lift(node).whyNot(node, shape);
    }

    // With a stride of 1, SAME pads as the kernel alone asks for.
    private boolean padsByOpenExtents(Node node) {
        return node.text("auto_pad", "NOTSET").startsWith("SAME")
                && node.integers("strides", List.of()).stream().anyMatch(stride -> stride != 1)
                && !shapes.isFixed(operand(node));
    }

    /** The term that {@code node} is; only if {@link #whyNot} is empty. */
    public Term term(Node node) {
        return lift(node).term(node, shape(operand(node)));
    }

    /**
     * The candidate {@code node}, an affine map, as a term of the last axis of the value it reads; empty if it is none, or if
     * the last axis is axis 1.
     */
    public Optional<Term> onLastAxis(Node node) {
        Shape shape = shape(operand(node));
        boolean possible = lift(node) instanceof LiftAffine
                && shape.rank() > 2
                && tokens.whyNot(node, shape).isEmpty();
        return possible ? Optional.of(tokens.term(node, shape)) : Optional.empty();
    }

    /** The terms that the outputs of {@code node} are; only if {@link #whyNot} is empty. */
    public List<Term> terms(Node node) {
        return lift(node).terms(node, shape(operand(node)));
    }

    private Lift lift(Node node) {
        if (node.is("MatMul")
                && shapes.find(node.inputs().get(0)).map(Shape::rank).orElse(2) > 2) {
            return tokens;
        }
        return Optional.ofNullable(lifts.get(node.op())).orElseThrow();
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
