package io.foldserve.task;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.ShapeTrace;
import io.foldserve.graph.Value;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the last operators of a network make of its scores, seen behind whatever only moves them: a Flatten, Reshape,
 * Squeeze, Cast or Transpose. Immutable.
 *
 * @param kind what they make of them
 * @param node the operator that does it
 * @param scores the value that it does it to
 */
public record Ending(Kind kind, Node node, String scores) {

    /** What can become of scores. */
    public enum Kind {
        /** Nothing: a linear operator is the last. */
        LINEAR("linear operator"),
        /** A soft-max over all classes. */
        SOFTMAX("softmax"),
        /** A sigmoid of each. */
        SIGMOID("sigmoid"),
        /** The index of the largest, or of those above a threshold. */
        ARG_MAX("arg-max or threshold"),
        /** Something else, which may keep them between 0 and 1. */
        OTHER("operator that is not linear");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** What it is, for people. */
        public String title() {
            return title;
        }
    }

    private static final Set<String> MOVES =
            Set.of("Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast", "Transpose", "Dropout");

    private static final Set<String> LINEAR = Set.of(
            "Add",
            "AveragePool",
            "BatchNormalization",
            "Conv",
            "ConvTranspose",
            "Einsum",
            "Gemm",
            "GlobalAveragePool",
            "MatMul",
            "ReduceMean",
            "Resize",
            "Upsample");

    /** From this opset on Softmax has one axis; before, it took that and all after it together. */
    private static final int ONE_AXIS = 13;

    /** The ending of {@code output} in {@code graph}; empty if nothing but movements leads to it. */
    public static Optional<Ending> of(Graph graph, String output) {
        Optional<Node> last = graph.producer(output);
        while (last.isPresent() && moves(last.orElseThrow())) {
            last = graph.producer(last.orElseThrow().inputs().get(0));
        }
        return last.filter(node -> !node.inputs().isEmpty()).map(node -> of(graph, node));
    }

    private static boolean moves(Node node) {
        return node.domain().isEmpty() && MOVES.contains(node.op());
    }

    private static Ending of(Graph graph, Node node) {
        String first = node.inputs().get(0);
        if (node.is("Sigmoid")) {
            return new Ending(Kind.SIGMOID, node, first);
        }
        if (node.is("ArgMax")) {
            return new Ending(Kind.ARG_MAX, node, first);
        }
        if (node.is("Softmax")) {
            return new Ending(isOverAll(graph, node) ? Kind.SOFTMAX : Kind.OTHER, node, first);
        }
        Optional<String> written = WrittenSigmoid.scores(graph, node);
        if (written.isPresent()) {
            return new Ending(Kind.SIGMOID, node, written.orElseThrow());
        }
        boolean linear = node.domain().isEmpty() && LINEAR.contains(node.op());
        return new Ending(linear ? Kind.LINEAR : Kind.OTHER, node, first);
    }

    /** True when the classes are all that the soft-max of {@code node} normalises over. */
    private static boolean isOverAll(Graph graph, Node node) {
        Optional<Shape> known = Optional.ofNullable(
                ShapeTrace.of(graph).shapes().get(node.inputs().get(0)));
        if (known.isEmpty() || known.orElseThrow().rank() == 0) {
            return false;
        }
        Shape shape = known.orElseThrow();
        boolean one = graph.opset() >= ONE_AXIS;
        int declared = Math.toIntExact(node.integer("axis", one ? -1 : 1));
        int axis = declared < 0 ? declared + shape.rank() : declared;
        List<Integer> extents = shape.extents().subList(axis, one ? axis + 1 : shape.rank());
        return extents.stream().reduce(1, Math::multiplyExact) == shape.size();
    }

    /** {@code graph} without this ending: whatever reads its result reads the scores instead. */
    public Graph without(Graph graph) {
        List<Node> nodes = graph.nodes().stream()
                .filter(other -> !other.equals(node))
                .map(other -> other.withInputs(
                        other.inputs().stream().map(this::passed).toList()))
                .toList();
        List<Value> outputs = graph.outputs().stream()
                .map(output -> new Value(passed(output.name()), output.dtype(), output.dimensions()))
                .toList();
        return graph.with(graph.inputs(), outputs, nodes, graph.constants());
    }

    private String passed(String value) {
        return value.equals(node.output()) ? scores : value;
    }
}
