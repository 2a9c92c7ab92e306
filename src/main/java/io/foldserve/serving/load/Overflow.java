package io.foldserve.serving.load;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionException;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Refuses networks whose float32 arithmetic leaves the finite numbers on a probe image, and says in which layer. */
final class Overflow {
    /** Operators whose results are float32 wherever the image is: those that can overflow. */
    private static final Set<String> REAL = Set.of(
            "Conv",
            "ConvTranspose",
            "Gemm",
            "MatMul",
            "BatchNormalization",
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Exp",
            "Pow",
            "Sum",
            "ReduceSum",
            "ReduceMean",
            "GlobalAveragePool",
            "AveragePool");

    private Overflow() {}

    /**
     * Accepts the {@code outputs} of {@code graph}.
     *
     * @param inputs what the graph was run on; it is run again if an output is not finite, to find the layer
     * @throws InvalidInputException if an output is not finite
     */
    static void expectNone(
            Graph graph, Map<String, Tensor> inputs, Map<String, Tensor> outputs, SessionSettings settings) {
        if (!outputs.values().stream().allMatch(Overflow::isFinite)) {
            throw refused(firstLayer(graph, inputs, settings)
                    .map(node -> "layer %s (%s)".formatted(node.name(), node.op()))
                    .orElse("the network " + graph.name()));
        }
    }

    /**
     * Accepts the {@code outputs} of {@code what}.
     *
     * @throws InvalidInputException if one is not finite
     */
    static void expectNone(String what, Map<String, Tensor> outputs) {
        if (!outputs.values().stream().allMatch(Overflow::isFinite)) {
            throw refused(what);
        }
    }

    private static InvalidInputException refused(String what) {
        return new InvalidInputException(
                "proof",
                ("%s overflows float32, which ends at 3.4e38, on a probe image: expected finite outputs, found infinite"
                                + " ones or NaN; the checkpoint's weights are damaged or too large")
                        .formatted(what));
    }

    private static Optional<Node> firstLayer(Graph graph, Map<String, Tensor> inputs, SessionSettings settings) {
        List<Node> layers = graph.nodes().stream()
                .filter(node -> node.domain().isEmpty() && REAL.contains(node.op()))
                .toList();
        List<Value> values = layers.stream()
                .map(node -> new Value(node.outputs().get(0), Optional.of(DType.FLOAT32), Optional.empty()))
                .toList();
        Graph observed = graph.with(graph.inputs(), values, graph.nodes(), graph.constants());
        try (ModelSession session = ModelSession.open(observed, settings)) {
            Map<String, Tensor> found = session.run(inputs);
            return layers.stream()
                    .filter(node -> Optional.ofNullable(found.get(node.outputs().get(0)))
                            .map(value -> !isFinite(value))
                            .orElse(false))
                    .findFirst();
        } catch (SessionException | InvalidInputException unobservable) {
            // An integer among the values; that the network overflows is known all the same.
            return Optional.empty();
        }
    }

    private static boolean isFinite(Tensor tensor) {
        if (tensor.dtype() != DType.FLOAT32) {
            return true;
        }
        for (float value : tensor.toFloats()) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
