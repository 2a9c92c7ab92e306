package io.foldserve.fold.facts;

import io.foldserve.evaluate.SmallValues;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.ShapeTrace;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of a graph's values before anything is folded, each fact computed once, when it is first asked for.
 * Thread-safe; the facts are immutable.
 */
public final class GraphFacts {
    private final Graph graph;
    private final ConstantValues constants;
    private final Once<ValueShapes> shapes;
    private final Once<Map<String, Shape>> known;
    private final Once<ValueTypes> types;

    private GraphFacts(Graph graph) {
        this.graph = graph;
        this.constants = ConstantValues.of(graph);
        this.shapes = new Once<>(() -> ValueShapes.of(graph));
        this.known = new Once<>(
                () -> ShapeTrace.of(graph, new SmallValues()).orThrow().shapes());
        this.types = new Once<>(() -> ValueTypes.of(graph));
    }

    /** The facts of {@code graph} as it is. */
    public static GraphFacts of(Graph graph) {
        return new GraphFacts(graph);
    }

    /**
     * The facts of the normal form of {@code trainingForm}: types, targets and bounds that follow from its values are
     * constants.
     */
    public static GraphFacts ofNormalForm(Graph trainingForm) {
        return new GraphFacts(ShapePrograms.withConstantShapes(CastLikes.withCasts(trainingForm)));
    }

    public Graph graph() {
        return graph;
    }

    public ConstantValues constants() {
        return constants;
    }

    /**
     * The shapes of values, also where the graph leaves the extents of its inputs open.
     *
     * @throws io.foldserve.graph.ShapeException if no input's extents are open and a node's inputs contradict its
     *     operator
     */
    public ValueShapes shapes() {
        return shapes.get();
    }

    /**
     * The shape of every value that follows from inputs and constants, with nothing assumed.
     *
     * @throws io.foldserve.graph.ShapeException if a node's inputs contradict its operator
     */
    public Map<String, Shape> knownShapes() {
        return known.get();
    }

    /** The element types of values, as far as they are known. */
    public ValueTypes types() {
        return types.get();
    }

    /** The nodes that are understood and compute on data, in execution order. */
    public List<Node> dataNodes() {
        return graph.nodes().stream()
                .filter(node -> graph.understands(node) && !constants.computes(node))
                .toList();
    }

    /** A fact that is computed when it is first asked for. */
    private static final class Once<T> {
        private final Supplier<T> compute;
        private Optional<T> fact = Optional.empty();

        Once(Supplier<T> compute) {
            this.compute = compute;
        }

        synchronized T get() {
            if (fact.isEmpty()) {
                fact = Optional.of(compute.get());
            }
            return fact.get();
        }
    }
}
