package io.foldserve.fold.search;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.StoredNumbers;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Writes one candidate to compute a value, from the root before it, as a graph of its own that takes as long as the
 * real one. No kernel is composed: kernels have the right shapes and made-up values. Graphs of equal geometry have
 * equal names. Not thread-safe; writes one graph.
 */
final class TrialGraph {
    // Neither zeros nor numbers so small that they are slow to multiply.
    private record MadeUp() implements IslandNumbers {
        @Override
        public StoredNumbers of(Term term, String kernel, String bias) {
            double[] row = new double[term.groupInputs() * term.taps()];
            Arrays.setAll(row, i -> (i % 7 - 3) * 0.01);
            Weights weights = new Weights(term.outputs(), o -> new Row(row, 0.01));
            return ROUNDED.of(term.with(term.biased(), () -> weights), kernel, bias);
        }

        @Override
        public Tensor of(String name, Shape shape, double[] values) {
            return numbers(shape);
        }

        private static Tensor numbers(Shape shape) {
            float[] values = new float[shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (i % 7 - 3) * 0.01f;
            }
            return Tensor.ofFloats(shape, values);
        }
    }

    private final Graph training;
    private final ConstantValues known;
    private final LinearForms.Result found;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<String> computed = new HashSet<>();

    private TrialGraph(Graph training, ConstantValues known, LinearForms.Result found) {
        this.training = training;
        this.known = known;
        this.found = found;
    }

    /** The graph that computes the value of {@code node} by {@code candidate}, at its real extents. */
    static Graph of(GraphFacts training, LinearForms.Result found, Node node, Candidate candidate) {
        TrialGraph trial = new TrialGraph(training.graph(), training.constants(), found);
        ValueShapes shapes = training.shapes();
        trial.write(node, candidate);
        String root = found.forms().find(node.output()).orElseThrow().root();
        return trial.anonymous(
                root,
                shapes.find(root).orElseThrow(),
                node.output(),
                shapes.find(node.output()).orElseThrow());
    }

    // Of operators, attributes and shapes: what the run time depends on.
    private static String name(Value input, List<Node> nodes, Map<String, Tensor> constants) {
        StringBuilder geometry = new StringBuilder(input.toString());
        nodes.forEach(node -> geometry.append(node.op())
                .append(node.inputs())
                .append(new TreeMap<>(node.attributes()))
                .append(node.outputs()));
        constants.forEach((name, tensor) -> geometry.append(name)
                .append(tensor.shape())
                .append(tensor.dtype() == DType.INT64 ? Arrays.toString(tensor.toLongs()) : ""));
        return "trial-" + UUID.nameUUIDFromBytes(geometry.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void write(Node node, Candidate candidate) {
        List<Term> terms = candidate.isAsItIs() && Operators.isLinear(node)
                ? List.of(found.lifts().term(node))
                : candidate.terms();
        List<String> read = terms.isEmpty()
                ? node.inputs()
                : terms.stream().map(term -> term.source().value()).toList();
        for (String value : read) {
            Optional<Node> before = found.forms().isBarrier(value) ? Optional.empty() : training.producer(value);
            before.filter(producer -> computed.add(producer.name()))
                    .ifPresent(producer -> write(producer, found.candidates().best(producer)));
        }
        if (terms.isEmpty()) {
            add(List.of(node));
        } else {
            Form form = candidate.isAsItIs() ? Form.of(terms.get(0)) : candidate.form();
            Island island = new Island(node.output(), form, terms, List.of(), node, Optional.empty());
            IslandNames names = new IslandNames(island, taken::contains);
            Written written = new IslandWriter(training.opset(), new MadeUp(), names).write();
            constants.putAll(written.constants());
            taken.addAll(written.constants().keySet());
            add(written.nodes());
        }
    }

    private void add(List<Node> more) {
        for (Node node : more) {
            nodes.add(node);
            taken.add(node.name());
            taken.addAll(node.outputs());
            for (String input : node.inputs()) {
                if (known.contains(input) && !constants.containsKey(input)) {
                    Tensor value = known.evaluate(input);
                    constants.put(input, value.dtype().isFloating() ? value.toFloat32() : value);
                }
            }
        }
    }

    private Graph anonymous(String root, Shape input, String value, Shape output) {
        Map<String, String> names = new HashMap<>(Map.of("", "", root, "x"));
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        List<Node> anonymous = new ArrayList<>();
        for (Node node : nodes) {
            for (String name : node.inputs()) {
                Optional.ofNullable(constants.get(name)).ifPresent(tensor -> renamed.put(rename(names, name), tensor));
            }
            List<String> inputs =
                    node.inputs().stream().map(name -> rename(names, name)).toList();
            List<String> outputs =
                    node.outputs().stream().map(name -> rename(names, name)).toList();
            anonymous.add(
                    new Node("n" + anonymous.size(), node.domain(), node.op(), inputs, outputs, node.attributes()));
        }
        Value x = Value.of("x", DType.FLOAT32, input);
        return new Graph(
                name(x, anonymous, renamed),
                training.opset(),
                List.of(x),
                List.of(Value.of(rename(names, value), DType.FLOAT32, output)),
                anonymous,
                renamed);
    }

    private static String rename(Map<String, String> names, String name) {
        return names.computeIfAbsent(name, unknown -> "v" + names.size());
    }
}
