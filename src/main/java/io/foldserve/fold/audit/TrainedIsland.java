package io.foldserve.fold.audit;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.FreeNames;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.rule.Residue;
import io.foldserve.fold.term.Island;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes of a training form that an island replaces, as a graph of their own: what its fold is measured against.
 * Immutable; belongs to one audit.
 */
final class TrainedIsland {
    private final Graph training;
    private final ConstantValues constants;

    TrainedIsland(GraphFacts training) {
        this.training = training.graph();
        this.constants = training.constants();
    }

    /** The graph that computes the value of {@code island} from {@code inputs}. */
    Graph of(Island island, List<Value> inputs) {
        Set<String> wanted = new HashSet<>();
        for (Node node : island.form().nodes()) {
            wanted.add(node.name());
            for (String input : node.inputs()) {
                if (constants.isComputed(input)) {
                    constants.program(input).forEach(part -> wanted.add(part.name()));
                }
            }
        }
        Map<String, Tensor> unrounded = unrounded(island);
        List<Node> nodes = training.nodes().stream()
                .filter(node -> wanted.contains(node.name()) && !unrounded.containsKey(node.output()))
                .toList();
        Map<String, Tensor> read = new LinkedHashMap<>();
        nodes.stream().flatMap(node -> node.inputs().stream()).forEach(input -> training.constant(input)
                .ifPresent(tensor -> read.put(input, tensor)));
        read.putAll(unrounded);
        List<Value> outputs = List.of(new Value(island.value(), DType.FLOAT64, List.of()));
        return new Graph(island.value(), training.opset(), inputs, outputs, nodes, read);
    }

    /** {@code graph}, which has one output, with the channels {@code picked} of it instead. */
    static Graph channels(Graph graph, int[] picked) {
        String value = graph.outputs().get(0).name();
        Set<String> taken = new HashSet<>(graph.constants().keySet());
        graph.inputs().forEach(input -> taken.add(input.name()));
        graph.nodes().forEach(node -> taken.addAll(node.outputs()));
        String some = FreeNames.of(value, ".measured", taken::contains);
        String indices = FreeNames.of(some + ".channels", ".measured", taken::contains);
        long[] channels = Arrays.stream(picked).asLongStream().toArray();
        Node gather =
                new Node(some, "", "Gather", List.of(value, indices), List.of(some), Map.of("axis", Attribute.of(1)));
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.add(gather);
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        constants.put(indices, Tensor.ofLongs(Shape.of(channels.length), channels));
        List<Value> outputs = List.of(new Value(some, DType.FLOAT64, List.of()));
        return new Graph(graph.name(), graph.opset(), graph.inputs(), outputs, nodes, constants);
    }

    // What a batch norm makes of zero and the file holds rounded, see Residue.
    private Map<String, Tensor> unrounded(Island island) {
        Map<String, Tensor> values = new HashMap<>();
        if (island.rules().contains(Residue.NAME)) {
            island.form().nodes().forEach(node -> Residue.exact(training, constants, node)
                    .ifPresent(value -> values.put(node.inputs().get(1), value)));
        }
        return values;
    }
}
