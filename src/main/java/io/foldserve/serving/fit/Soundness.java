package io.foldserve.serving.fit;

import io.foldserve.graph.ConstantNode;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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
    private static final int NAMED = 3;

    /** Before this opset a batch norm trained if it had more than one output. */
    private static final int SEPARATE_TRAINING = 14;

    private static final String EXPORT = "export it after model.eval()";

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

    /** What the layers between which activations stand are written as. */
    private static final Set<String> LAYERS = Set.of("Conv", "Gemm", "MatMul");

    /** What a network that was built from a checkpoint can do that is not linear. */
    private static final Set<String> NONLINEAR =
            Set.of("Clip", "HardSigmoid", "HardSwish", "MaxPool", "Relu", "Sigmoid");

    private final Map<String, List<String>> found = new LinkedHashMap<>();

    private Soundness() {}

    /**
     * What is odd about {@code built}, a network that was built from a checkpoint as its manifest lists it, though it
     * may be meant: a sentence each.
     */
    public static List<String> oddities(Graph built) {
        long layers = built.nodes().stream()
                .filter(node -> LAYERS.contains(node.op()))
                .count();
        boolean linear = built.nodes().stream().noneMatch(node -> NONLINEAR.contains(node.op()));
        return layers > 1 && linear
                ? List.of("the list of layers has no activation, so that all of them are one linear map; networks are"
                        + " not trained so: list the activations too, and compare an answer with your framework's")
                : List.of();
    }

    /**
     * Accepts {@code graph}.
     *
     * @param subject the file, for messages
     * @throws io.foldserve.problem.InvalidInputException with what is wrong, a line each, and the tensors and nodes at
     *     fault
     */
    public static void expect(Graph graph, String subject) {
        Soundness soundness = new Soundness();
        soundness.weights(graph);
        soundness.variances(graph);
        graph.nodes().forEach(node -> soundness.training(graph, node));
        soundness.throwIfAny(subject);
    }

    /**
     * Accepts the tensors of a checkpoint: real ones hold numbers.
     *
     * @param subject the file, for messages
     * @throws io.foldserve.problem.InvalidInputException with what is wrong, a line each, and the tensors at fault
     */
    public static void expect(Map<String, Tensor> tensors, String subject) {
        Soundness soundness = new Soundness();
        tensors.forEach((name, tensor) -> {
            unreal(tensor, true).ifPresent(value -> soundness.add("holds " + value, name));
            if (name.endsWith("running_var") || name.endsWith("moving_variance")) {
                soundness.variance(name, tensor);
            }
        });
        soundness.throwIfAny(subject);
    }

    private void add(String problem, String name) {
        found.computeIfAbsent(problem, unused -> new ArrayList<>()).add(name);
    }

    private void throwIfAny(String subject) {
        Problems problems = new Problems(subject);
        found.forEach((problem, names) -> {
            int more = names.size() - NAMED;
            problems.add(String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
                    + (more > 0 ? " and %d more: each ".formatted(more) : names.size() > 1 ? ": each " : " ")
                    + problem);
        });
        problems.throwIfAny();
    }

    private void weights(Graph graph) {
        Set<String> weights = new HashSet<>();
        graph.nodes().stream()
                .filter(node -> node.domain().isEmpty() && WEIGHTED.contains(node.op()))
                .forEach(node -> weights.addAll(node.inputs()));
        graph.constants().forEach((name, tensor) -> unreal(tensor, weights.contains(name))
                .ifPresent(value -> add("holds " + value, name)));
    }

    private void variances(Graph graph) {
        graph.nodes().stream()
                .filter(node -> node.is("BatchNormalization"))
                .flatMap(node -> node.input(VARIANCE).stream())
                .distinct()
                .forEach(name -> graph.constant(name).ifPresent(tensor -> variance(name, tensor)));
    }

    private void variance(String name, Tensor tensor) {
        first(tensor, value -> value < 0)
                .ifPresent(value ->
                        add("holds a negative variance, which has no square root", "%s (%s)".formatted(name, value)));
    }

    private void training(Graph graph, Node node) {
        if (node.is("BatchNormalization")
                && (node.integer("training_mode", 0) != 0
                        || (graph.opset() < SEPARATE_TRAINING && node.outputs().size() > 1))) {
            add("normalises by the batch's own statistics (training mode); " + EXPORT, node.name());
        }
        if (node.is("Dropout") && isOn(graph, node)) {
            add("is a Dropout that is on (training mode); " + EXPORT, node.name());
        }
    }

    private static boolean isOn(Graph graph, Node dropout) {
        return dropout.input(2)
                .flatMap(mode -> graph.constant(mode).or(() -> graph.producer(mode)
                        .filter(node -> node.is("Constant"))
                        .flatMap(ConstantNode::tensor)))
                .filter(mode -> mode.shape().size() == 1 && mode.toLongs()[0] != 0)
                .isPresent();
    }

    /** {@code NaN}, or an infinity where it is looked for. */
    private static Optional<String> unreal(Tensor tensor, boolean infinities) {
        return first(tensor, value -> Double.isNaN(value) || (infinities && Double.isInfinite(value)))
                .map(value -> Double.isNaN(value) ? "NaN" : "an infinite number");
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
