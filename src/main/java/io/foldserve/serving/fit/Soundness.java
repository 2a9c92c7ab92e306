package io.foldserve.serving.fit;

import io.foldserve.graph.ConstantNode;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoublePredicate;

/**
 * Whether a network can be meant to answer as it stands: weights that are numbers, variances that are not negative,
 * nothing that only training does. Stateless and thread-safe.
 */
public final class Soundness {
    private static final int VARIANCE = 4;
    private static final int CHUNK = 1 << 16;

    /** Operators whose constants are weights; elsewhere infinity has its uses, as in masks and bounds. */
    private static final Set<String> WEIGHTED = Set.of(
            "BatchNormalization",
            "Conv",
            "ConvTranspose",
            "Einsum",
            "Gemm",
            "GRU",
            "InstanceNormalization",
            "LSTM",
            "LayerNormalization",
            "MatMul");

    private final Graph graph;
    private final Problems problems;

    private Soundness(Graph graph, Problems problems) {
        this.graph = graph;
        this.problems = problems;
    }

    /**
     * Accepts {@code graph}.
     *
     * @param subject the file, for messages
     * @throws io.foldserve.problem.InvalidInputException with every tensor and node at fault
     */
    public static void expect(Graph graph, String subject) {
        Problems problems = new Problems(subject);
        Soundness soundness = new Soundness(graph, problems);
        soundness.weights();
        soundness.variances();
        graph.nodes().forEach(soundness::training);
        problems.throwIfAny();
    }

    /**
     * Accepts the tensors of a checkpoint: real ones hold numbers.
     *
     * @param subject the file, for messages
     * @throws io.foldserve.problem.InvalidInputException with every tensor at fault
     */
    public static void expect(Map<String, Tensor> tensors, String subject) {
        Problems problems = new Problems(subject);
        tensors.forEach((name, tensor) -> {
            unreal(tensor, true).ifPresent(found -> add(problems, "%s holds %s".formatted(name, found)));
            if (name.endsWith("running_var") || name.endsWith("moving_variance")) {
                negative(tensor).ifPresent(found -> add(problems, negative(name, found)));
            }
        });
        problems.throwIfAny();
    }

    private void weights() {
        Set<String> weights = new LinkedHashSet<>();
        graph.nodes().stream()
                .filter(node -> node.domain().isEmpty() && WEIGHTED.contains(node.op()))
                .forEach(node -> weights.addAll(node.inputs()));
        graph.constants().forEach((name, tensor) -> unreal(tensor, weights.contains(name))
                .ifPresent(found -> add(problems, "%s holds %s".formatted(name, found))));
    }

    private void variances() {
        Set<String> seen = new LinkedHashSet<>();
        graph.nodes().stream()
                .filter(node -> node.is("BatchNormalization"))
                .flatMap(node -> node.input(VARIANCE).stream())
                .filter(seen::add)
                .forEach(name -> graph.constant(name)
                        .flatMap(Soundness::negative)
                        .ifPresent(found -> add(problems, negative(name, found))));
    }

    private static String negative(String name, double found) {
        return "%s holds a negative variance, %s; a variance below 0 has no square root".formatted(name, found);
    }

    private void training(Node node) {
        if (node.is("BatchNormalization")
                && (node.integer("training_mode", 0) != 0
                        || (graph.opset() < 14 && node.outputs().size() > 1))) {
            add(
                    problems,
                    "node %s normalises by the batch's own statistics (training mode); export it after model.eval()"
                            .formatted(node.name()));
        }
        if (node.is("Dropout") && isOn(node)) {
            add(
                    problems,
                    "node %s is a Dropout that is on (training mode); export it after model.eval()"
                            .formatted(node.name()));
        }
    }

    private boolean isOn(Node dropout) {
        return dropout.input(2)
                .flatMap(mode -> graph.constant(mode).or(() -> graph.producer(mode)
                        .filter(node -> node.is("Constant"))
                        .flatMap(ConstantNode::tensor)))
                .filter(mode -> mode.shape().size() == 1 && mode.toLongs()[0] != 0)
                .isPresent();
    }

    private static void add(Problems problems, String problem) {
        if (!problems.isFull()) {
            problems.add(problem);
        }
    }

    /** {@code NaN}, or an infinity where it is looked for. */
    private static Optional<String> unreal(Tensor tensor, boolean infinities) {
        return first(tensor, value -> Double.isNaN(value) || (infinities && Double.isInfinite(value)))
                .map(value -> Double.isNaN(value) ? "NaN" : "an infinite number");
    }

    private static Optional<Double> negative(Tensor tensor) {
        return first(tensor, value -> value < 0);
    }

    private static Optional<Double> first(Tensor tensor, DoublePredicate wanted) {
        if (!tensor.dtype().isFloating()) {
            return Optional.empty();
        }
        for (int from = 0; from < tensor.shape().size(); from += CHUNK) {
            for (double value : tensor.toDoubles(from, Math.min(tensor.shape().size(), from + CHUNK))) {
                if (wanted.test(value)) {
                    return Optional.of(value);
                }
            }
        }
        return Optional.empty();
    }
}
