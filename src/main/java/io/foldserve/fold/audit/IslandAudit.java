package io.foldserve.fold.audit;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.LayerErrors;
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
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Measures an island against the nodes of the training form that it replaces, all of it in float64: at most 32 seeded
 * output channels, at every position of an input that is as small as the island's window allows, of standard normal
 * values. An input of the real extents modulo the stride has the same borders. Only the measured channels are composed.
 *
 * <p>Immutable; belongs to one audit.
 */
public final class IslandAudit {
    private final GraphFacts facts;
    private final Graph training;
    private final ConstantValues constants;
    private final Map<String, Shape> shapes;
    private final TrainedIsland trained;
    private final Graph folded;
    private final long seed;

    /**
     * An audit of what became of the islands of a training form.
     *
     * @param training the facts of the training form
     * @param folded what it became, with its islands rounded
     * @param seed of the probes
     */
    public IslandAudit(GraphFacts training, Graph folded, long seed) {
        this.facts = training;
        this.trained = new TrainedIsland(training);
        this.folded = folded;
        this.seed = seed;
        this.training = training.graph();
        this.constants = training.constants();
        this.shapes = training.shapes().typical();
    }

    /** The measured errors of the island that is called {@code names}. */
    public LayerErrors errors(IslandNames names) {
        Island island = names.island();
        RandomGenerator random = new SplittableRandom(seed ^ island.name(0).hashCode());
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
        IslandNames same = new IslandNames(sampled, names.taken());
        Graph exact = composed(same, IslandNumbers.EXACT, declared);
        boolean[] border = border(island, exact, spatial(inputs));
        double[] all = run(trained.of(island, declared), inputs);
        double[] expected = whole ? all : channels(all, outputs, channels, border.length);
        double[] found = run(exact, inputs);
        IslandNumbers held =
                whole ? new IslandNumbers.FromFoldedGraph(folded) : SampledIsland.held(names, folded, outputs);
        double[] stored = run(composed(same, held, declared), inputs);
        double[] magnitude = run(counted(exact, IslandGraph.type(facts, island)), absolute(inputs, 0));
        return new LayerErrors(
                region(true, border, expected, found, stored, magnitude),
                region(false, border, expected, found, stored, magnitude),
                outputs.length,
                cancellation(island, sampled, outputs));
    }

    // Of all examples, the channels measured.
    private static double[] channels(double[] all, int[] outputs, int channels, int plane) {
        int examples = all.length / (channels * plane);
        double[] some = new double[examples * outputs.length * plane];
        for (int i = 0; i < examples * outputs.length; i++) {
            int channel = i / outputs.length * channels + outputs[i % outputs.length];
            System.arraycopy(all, channel * plane, some, i * plane, plane);
        }
        return some;
    }

    private Graph composed(IslandNames names, IslandNumbers numbers, List<Value> inputs) {
        Written written = new IslandWriter(training.opset(), numbers, names).write();
        return graph(names.island(), inputs, written.nodes(), withViews(written));
    }

    private static LayerErrors.Region region(
            boolean wanted, boolean[] border, double[] expected, double[] found, double[] stored, double[] magnitude) {
        LargestErrors errors = new LargestErrors();
        int positions = 0;
        for (boolean here : border) {
            positions += here == wanted ? 1 : 0;
        }
        for (int i = 0; i < expected.length; i++) {
            if (border[i % border.length] == wanted) {
                errors.add(expected[i], found[i], stored[i], magnitude[i]);
            }
        }
        return errors.region(positions);
    }

    private Map<String, Tensor> inputs(Island island, RandomGenerator random) {
        Set<String> values = island.form().terms().stream()
                .map(term -> term.source().value())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (String value : values) {
            Shape real = Optional.ofNullable(shapes.get(value)).orElseThrow();
            Shape shape = values.size() == 1 && !knowsExtents(island) ? IslandBorder.smallest(island, real) : real;
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

    private static double[] run(Graph graph, Map<String, Tensor> inputs) {
        return Evaluator.evaluate(graph, inputs).values().iterator().next().toDoubles();
    }

    private static boolean[] border(Island island, Graph exact, List<Integer> input) {
        int after = island.form().after().size();
        int last = exact.nodes().size() - after;
        String sum =
                after == 0 ? island.value() : exact.nodes().get(last).inputs().get(0);
        Shape shape =
                Optional.ofNullable(GraphFacts.of(exact).knownShapes().get(sum)).orElseThrow();
        boolean[] own = new IslandBorder(island, shape.extents().subList(2, shape.rank()), input).positions();
        return IslandBorder.carried(own, shape, exact, after);
    }

    private static List<Integer> spatial(Map<String, Tensor> inputs) {
        Shape shape = inputs.values().iterator().next().shape();
        return shape.extents().subList(2, shape.rank());
    }

    // No constant counts less than what its type rounds with a relative error.
    private static Graph counted(Graph graph, DType type) {
        Map<String, Tensor> absolute = absolute(graph.constants(), type.leastNormal());
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), graph.nodes(), absolute);
    }

    private static Map<String, Tensor> absolute(Map<String, Tensor> tensors, double least) {
        UnaryOperator<Tensor> absolute = tensor -> tensor.dtype().isFloating()
                ? Tensor.ofDoubles(
                        tensor.shape(),
                        Arrays.stream(tensor.toDoubles())
                                .map(value -> LargestErrors.counted(value, least))
                                .toArray())
                : tensor;
        Map<String, Tensor> result = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> result.put(name, absolute.apply(tensor)));
        return result;
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
