package io.foldserve.fold.audit;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
import io.foldserve.fold.write.IslandGraph;
import io.foldserve.fold.write.IslandNames;
import io.foldserve.fold.write.IslandNumbers;
import io.foldserve.fold.write.IslandWriter;
import io.foldserve.fold.write.Written;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Sets an island that is written as other operators beside the nodes of the training form that it replaces. An input of
 * the real extents modulo the stride has the same borders. Immutable; belongs to one audit.
 */
final class IslandComparison {
    private final GraphFacts facts;
    private final Graph training;
    private final ConstantValues constants;
    private final Map<String, Shape> shapes;
    private final TrainedIsland trained;
    private final Graph folded;

    /**
     * @param training the facts of the training form
     * @param folded what it became, with its islands rounded
     */
    IslandComparison(GraphFacts training, Graph folded) {
        this.facts = training;
        this.trained = new TrainedIsland(training);
        this.folded = folded;
        this.training = training.graph();
        this.constants = training.constants();
        this.shapes = training.shapes().typical();
    }

    /** The comparison of the island that is called {@code names} on probes of {@code random}. */
    Comparison of(IslandNames names, RandomGenerator random) {
        Island island = names.island();
        Map<String, Tensor> inputs = inputs(island, random);
        boolean whole = island.terms().stream()
                .anyMatch(term -> term.source().last() || term.source().isViewed());
        int channels = island.terms().get(0).outputs();
        int[] outputs = whole ? IntStream.range(0, channels).toArray() : SampledChannels.of(channels, random);
        List<Value> declared = inputs.entrySet().stream()
                .map(input ->
                        Value.of(input.getKey(), DType.FLOAT64, input.getValue().shape()))
                .toList();
        // Views are laid out for all channels.
        Island sampled = whole ? island : SampledIsland.exact(island, outputs);
        IslandNumbers held =
                whole ? new IslandNumbers.FromFoldedGraph(folded) : SampledIsland.held(names, folded, outputs);
        IslandNames same = new IslandNames(sampled, names.taken());
        Graph exact = composed(same, IslandNumbers.EXACT, declared);
        Graph all = trained.of(island, declared);
        return new Comparison(
                inputs,
                whole ? all : TrainedIsland.channels(all, outputs),
                exact,
                composed(same, held, declared),
                border(island, exact, spatial(inputs)),
                IslandGraph.type(facts, island),
                outputs.length,
                cancellation(island, sampled, outputs));
    }

    private Graph composed(IslandNames names, IslandNumbers numbers, List<Value> inputs) {
        Written written = new IslandWriter(training.opset(), numbers, names).write();
        return graph(names.island(), inputs, written.nodes(), withViews(written));
    }

    private Map<String, Tensor> inputs(Island island, RandomGenerator random) {
        Set<String> values = island.form().terms().stream()
                .map(term -> term.source().value())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (String value : values) {
            Shape real = Optional.ofNullable(shapes.get(value)).orElseThrow();
            Shape shape = values.size() == 1 && !knowsExtents(island) ? WindowBorder.smallest(island, real) : real;
            double[] normal = new double[shape.size()];
            Arrays.setAll(normal, i -> random.nextGaussian());
            inputs.put(value, Tensor.ofDoubles(shape, normal));
        }
        return inputs;
    }

    private boolean knowsExtents(Island island) {
        return !island.form().isSum()
                || island.form().nodes().stream()
                        .anyMatch(node -> node.is("Reshape") || (node.is("Slice") && countsFromTheOtherEnd(node)));
    }

    // Of an axis that is no channel: a start from the end, or an end from the start.
    private boolean countsFromTheOtherEnd(Node node) {
        long[] starts = constants.evaluate(node.inputs().get(1)).toLongs();
        long[] ends = constants.evaluate(node.inputs().get(2)).toLongs();
        long[] axes = node.input(3)
                .map(name -> constants.evaluate(name).toLongs())
                .orElseGet(() -> LongStream.range(0, starts.length).toArray());
        return IntStream.range(0, axes.length)
                .filter(i -> axes[i] != 1)
                .anyMatch(i -> starts[i] < 0 || (ends[i] >= 0 && ends[i] < Integer.MAX_VALUE));
    }

    // Averages and views that changed places keep their own constant operands.
    private Map<String, Tensor> withViews(Written written) {
        Map<String, Tensor> own = written.constants();
        Map<String, Tensor> all = new HashMap<>(own);
        written.nodes().stream().flatMap(node -> node.inputs().stream()).forEach(input -> {
            if (constants.contains(input) && !own.containsKey(input)) {
                all.put(input, constants.evaluate(input));
            }
        });
        return all;
    }

    private Graph graph(Island island, List<Value> inputs, List<Node> nodes, Map<String, Tensor> constants) {
        List<Value> outputs = List.of(new Value(island.value(), DType.FLOAT64, List.of()));
        return new Graph(island.value(), training.opset(), inputs, outputs, nodes, constants);
    }

    private static List<Boolean> border(Island island, Graph exact, List<Integer> input) {
        int after = island.form().after().size();
        int last = exact.nodes().size() - after;
        String sum =
                after == 0 ? island.value() : exact.nodes().get(last).inputs().get(0);
        Shape shape =
                Optional.ofNullable(GraphFacts.of(exact).knownShapes().get(sum)).orElseThrow();
        List<Boolean> own = WindowBorder.of(island, shape.extents().subList(2, shape.rank()), input)
                .positions();
        return WindowBorder.carried(own, shape, exact, after);
    }

    private static List<Integer> spatial(Map<String, Tensor> inputs) {
        Shape shape = inputs.values().iterator().next().shape();
        return shape.extents().subList(2, shape.rank());
    }

    // κ, see LayerErrors; of islands that became a single term.
    private static double cancellation(Island island, Island sampled, int[] outputs) {
        List<Term> branches = island.form().terms();
        if (branches.size() == 1 || island.terms().size() > 1) {
            return 1;
        }
        double[] together =
                norms(sampled.terms().get(0), IntStream.range(0, outputs.length).toArray());
        double[] apart = new double[together.length];
        for (Term branch : branches) {
            double[] norms = norms(branch, outputs);
            Arrays.setAll(apart, i -> apart[i] + norms[i]);
        }
        double largest = 1;
        for (int i = 0; i < apart.length; i++) {
            largest = Math.max(largest, apart[i] == 0 ? 1 : apart[i] / together[i]);
        }
        return largest;
    }

    private static double[] norms(Term term, int[] outputs) {
        Weights weights = term.weights().get();
        return Arrays.stream(outputs)
                .mapToDouble(o -> Math.sqrt(Arrays.stream(weights.row(o).kernel())
                        .map(value -> value * value)
                        .sum()))
                .toArray();
    }
}
