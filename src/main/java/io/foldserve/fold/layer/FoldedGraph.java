package io.foldserve.fold.layer;

import io.foldserve.fold.facts.FreeNames;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.term.StoredNumbers;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes a plan as a graph: composes every folded layer in float64, rounds it once, and keeps
 * everything else as it is.
 *
 * <p>Layers are composed in parallel on the common pool, each independently and deterministically; the float64 form of
 * no more layers than the pool has threads exists at a time. Not thread-safe itself; one instance writes one graph.
 */
public final class FoldedGraph {
    private final LayerPlan plan;
    private final Graph training;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();
    // A network built without casts computes in one type, which is then that of its folded layers; a file is well
    // typed.
    private final boolean rounds;

    private FoldedGraph(LayerPlan plan) {
        this.plan = plan;
        this.training = plan.facts().graph();
        this.rounds = !training.fileRemainder().isFromFile()
                && training.nodes().stream().noneMatch(node -> node.is("Cast"));
    }

    /** The graph that {@code plan} makes. */
    public static Graph of(LayerPlan plan) {
        return new FoldedGraph(plan).write();
    }

    private Graph write() {
        Map<String, StoredNumbers> composed = compose();
        Set<String> programs = keptPrograms();
        reserveNames(programs);
        training.nodes().stream().filter(node -> programs.contains(node.name())).forEach(this::keep);
        for (Node node : plan.nodes()) {
            StoredNumbers numbers = composed.get(node.name());
            if (numbers == null) {
                keep(node);
            } else {
                nodes.add(written(node, numbers));
            }
        }
        training.outputs().forEach(output -> keepConstant(output.name()));
        return training.with(training.inputs(), training.outputs(), nodes, constants);
    }

    private Map<String, StoredNumbers> compose() {
        return plan.ordered().parallelStream()
                .filter(Layer::isFolded)
                .collect(Collectors.toConcurrentMap(layer -> layer.node().name(), Layer::rounded));
    }

    // Constant subgraphs that something other than a folded layer still reads.
    private Set<String> keptPrograms() {
        Set<String> kept = new HashSet<>();
        plan.nodes().forEach(node -> keptInputs(node).forEach(input -> keepProgram(input, kept)));
        training.outputs().stream()
                .map(Value::name)
                .filter(plan.facts().constants()::contains)
                .forEach(output -> keepProgram(output, kept));
        return kept;
    }

    private void keepProgram(String value, Set<String> kept) {
        if (plan.facts().constants().isComputed(value)) {
            plan.facts().constants().program(value).forEach(node -> kept.add(node.name()));
        }
    }

    private boolean isFolded(Node node) {
        return plan.layer(node.name()).filter(Layer::isFolded).isPresent();
    }

    private Collection<String> keptInputs(Node node) {
        return isFolded(node) ? node.inputs().subList(0, 1) : node.reads();
    }

    private void reserveNames(Set<String> programs) {
        training.inputs().forEach(input -> taken.add(input.name()));
        plan.nodes().forEach(node -> {
            taken.addAll(node.outputs());
            taken.addAll(keptInputs(node));
            taken.addAll(node.innerNames());
        });
        taken.addAll(training.fileRemainder().constants().keySet());
        training.nodes().stream().filter(node -> programs.contains(node.name())).forEach(node -> {
            taken.addAll(node.inputs());
            taken.addAll(node.outputs());
        });
    }

    private void keep(Node node) {
        node.reads().forEach(this::keepConstant);
        nodes.add(node);
    }

    private void keepConstant(String value) {
        training.constant(value).ifPresent(tensor -> constants.put(value, rounds ? rounded(tensor) : tensor));
    }

    private static Tensor rounded(Tensor tensor) {
        return tensor.dtype().isFloating() ? tensor.toFloat32() : tensor;
    }

    private Node written(Node node, StoredNumbers numbers) {
        boolean biased = plan.layer(node.name()).filter(Layer::biased).isPresent();
        keepConstant(node.inputs().get(0));
        List<String> inputs = new ArrayList<>(node.inputs().subList(0, 1));
        inputs.add(add(node.name() + ".weight", numbers.kernel()));
        if (biased) {
            inputs.add(add(node.name() + ".bias", numbers.bias()));
        }
        Map<String, Attribute> attributes = new HashMap<>(node.attributes());
        // Gemm's factors are composed into kernel and bias.
        if (node.is("Gemm")) {
            attributes.remove("alpha");
            attributes.remove("beta");
        }
        String op = node.is("MatMul") && biased ? "Gemm" : node.op();
        return new Node(node.name(), node.domain(), op, inputs, node.outputs(), attributes);
    }

    // Named after the layer, unless a constant of that name is still read by someone else.
    private String add(String preferred, Tensor tensor) {
        String name = FreeNames.of(preferred, ".folded", taken::contains);
        taken.add(name);
        constants.put(name, tensor);
        return name;
    }
}
