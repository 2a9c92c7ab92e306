package io.foldserve.fold.audit;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A region of the training form beside what took its place, each as a graph of its own that makes the same output
 * channels of the same input. Immutable; belongs to one measurement.
 *
 * @param inputs what all three read
 * @param trained the nodes of the training form
 * @param exact the nodes written instead, as composed in float64
 * @param stored the same nodes with the rounded numbers that the folded graph really holds
 * @param border for each position of one output channel, whether its window reaches over the edge of the input
 * @param type of the rounded numbers
 * @param outputs the number of output channels
 * @param cancellation κ, see {@link LayerErrors}
 */
record Comparison(
        Map<String, Tensor> inputs,
        Graph trained,
        Graph exact,
        Graph stored,
        List<Boolean> border,
        DType type,
        int outputs,
        double cancellation) {

    /** Copies the list. */
    Comparison {
        border = List.copyOf(border);
    }

    /** The largest differences, all three graphs run in float64. */
    LayerErrors errors() {
        double[] wanted = run(trained, inputs);
        double[] composed = run(exact, inputs);
        double[] rounded = run(stored, inputs);
        double[] magnitude = run(counted(exact), absolute(inputs, 0));
        LargestErrors atBorder = new LargestErrors();
        LargestErrors inside = new LargestErrors();
        for (int i = 0; i < wanted.length; i++) {
            LargestErrors errors = border.get(i % border.size()) ? atBorder : inside;
            errors.add(wanted[i], composed[i], rounded[i], magnitude[i]);
        }
        int over = Collections.frequency(border, true);
        return new LayerErrors(atBorder.region(over), inside.region(border.size() - over), outputs, cancellation);
    }

    private static double[] run(Graph graph, Map<String, Tensor> inputs) {
        return Evaluator.evaluate(graph, inputs).values().iterator().next().toDoubles();
    }

    // No constant counts less than what its type rounds with a relative error.
    private Graph counted(Graph graph) {
        Map<String, Tensor> absolute = absolute(graph.constants(), type.leastNormal());
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), graph.nodes(), absolute);
    }

    private static Map<String, Tensor> absolute(Map<String, Tensor> tensors, double least) {
        Map<String, Tensor> result = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> result.put(name, absolute(tensor, least)));
        return result;
    }

    private static Tensor absolute(Tensor tensor, double least) {
        return tensor.dtype().isFloating()
                ? Tensor.ofDoubles(
                        tensor.shape(),
                        Arrays.stream(tensor.toDoubles())
                                .map(value -> LargestErrors.counted(value, least))
                                .toArray())
                : tensor;
    }
}
