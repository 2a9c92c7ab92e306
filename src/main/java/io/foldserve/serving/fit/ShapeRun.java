package io.foldserve.serving.fit;

import io.foldserve.evaluate.SmallValues;
import io.foldserve.graph.Graph;
import io.foldserve.graph.ShapeTrace;
import io.foldserve.graph.Value;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shapes of a graph's outputs for its input: inferred where they can be, also from what the graph computes of
 * extents, else told by a run.
 */
final class ShapeRun {
    private ShapeRun() {}

    /**
     * {@code graph}, whose input has a fixed shape, with the shapes of all its outputs.
     *
     * @throws io.foldserve.session.SessionException if it has to be run and cannot be
     */
    static Graph settled(Graph graph) {
        Map<String, Shape> inferred = ShapeTrace.of(graph, new SmallValues()).shapes();
        List<Value> outputs = new ArrayList<>();
        for (Value output : graph.outputs()) {
            Optional<Shape> shape = Optional.ofNullable(inferred.get(output.name()));
            if (shape.isEmpty()) {
                return run(graph);
            }
            outputs.add(Value.of(output.name(), output.dtype().orElseThrow(), shape.orElseThrow()));
        }
        return graph.with(graph.inputs(), outputs, graph.nodes(), graph.constants());
    }

    private static Graph run(Graph graph) {
        Graph open = graph.with(
                graph.inputs(),
                graph.outputs().stream()
                        .map(output -> new Value(output.name(), output.dtype(), Optional.empty()))
                        .toList(),
                graph.nodes(),
                graph.constants());
        Value input = graph.inputs().get(0);
        Shape taken = input.shape().orElseThrow();
        Tensor zeros = Tensor.ofFloats(taken, new float[taken.size()]);
        try (ModelSession session = ModelSession.open(open, new SessionSettings(1, false, false))) {
            Map<String, Tensor> found = session.run(Map.of(input.name(), zeros));
            List<Value> outputs = graph.outputs().stream()
                    .map(output -> Value.of(
                            output.name(),
                            Optional.ofNullable(found.get(output.name()))
                                    .map(Tensor::dtype)
                                    .orElse(DType.FLOAT32),
                            Optional.ofNullable(found.get(output.name()))
                                    .map(Tensor::shape)
                                    .orElseThrow()))
                    .toList();
            return graph.with(graph.inputs(), outputs, graph.nodes(), graph.constants());
        }
    }
}
