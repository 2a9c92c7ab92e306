package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Shapes;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ONNX Runtime without optimisations against the float64 evaluator: every element within 8·√n·2⁻²⁴ of the sum of the
 * magnitudes that it adds up, n being the number of terms. The magnitudes come from evaluating the same graph on
 * absolute values.
 */
class SessionAgreementTest {
    private static final Shape IMAGE = Shape.of(1, 4, 9, 7);
    private static final SessionSettings EXACT = new SessionSettings(1, false, false);

    static Stream<Arguments> windows() {
        return Stream.of(
                Arguments.of(4, 1, Map.of()),
                Arguments.of(4, 1, Map.of("pads", Attribute.ints(1, 2, 0, 1))),
                Arguments.of(4, 1, Map.of("strides", Attribute.ints(2, 3), "pads", Attribute.ints(1, 1, 1, 1))),
                Arguments.of(4, 1, Map.of("dilations", Attribute.ints(2, 2), "pads", Attribute.ints(2, 2, 2, 2))),
                Arguments.of(2, 2, Map.of("pads", Attribute.ints(1, 1, 1, 1))),
                Arguments.of(1, 4, Map.of("strides", Attribute.ints(2, 2))));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void convolvesLikeTheEvaluator(int inputsPerGroup, int groups, Map<String, Attribute> window) {
        GraphBuilder builder = image();
        builder.constant("kernel", RandomTensor.of(Shape.of(8, inputsPerGroup, 3, 3), 1));
        builder.constant("bias", RandomTensor.of(Shape.of(8), 2));
        Map<String, Attribute> attributes = new LinkedHashMap<>(window);
        attributes.put("group", Attribute.of(groups));
        builder.add("Conv", "y", List.of("x", "kernel", "bias"), attributes);

        agree(finished(builder), inputsPerGroup * 9 + 1);
    }

    @Test
    void poolsMaximaWithPaddingExactlyLikeTheEvaluator() {
        GraphBuilder builder = image();
        builder.add(
                "MaxPool",
                "y",
                List.of("x"),
                Map.of(
                        "kernel_shape", Attribute.ints(3, 3),
                        "strides", Attribute.ints(2, 2),
                        "pads", Attribute.ints(1, 1, 1, 1)));

        agree(finished(builder), 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void averagesLikeTheEvaluatorWhetherOrNotPaddingCounts(long countIncludePad) {
        GraphBuilder builder = image();
        builder.add(
                "AveragePool",
                "y",
                List.of("x"),
                Map.of(
                        "kernel_shape", Attribute.ints(3, 3),
                        "strides", Attribute.ints(2, 2),
                        "pads", Attribute.ints(1, 1, 1, 1),
                        "count_include_pad", Attribute.of(countIncludePad)));

        agree(finished(builder), 10);
    }

    @Test
    void composesADoConvKernelLikeTheEvaluator() {
        GraphBuilder builder = new GraphBuilder("composed");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(4, 9, 9)));
        builder.constant("w", RandomTensor.of(Shape.of(8, 4, 9), 1));
        builder.add("Einsum", "y", List.of("x", "w"), Map.of("equation", Attribute.of("ims,ois->oim")));

        agree(finished(builder), 9);
    }

    private static void agree(Graph graph, int terms) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        graph.inputs()
                .forEach(input -> inputs.put(
                        input.name(),
                        RandomTensor.of(
                                input.shape().orElseThrow(), input.name().hashCode())));
        Tensor expected = y(Evaluator.evaluate(graph, inputs));
        Map<String, Tensor> magnitudes = new LinkedHashMap<>();
        inputs.forEach((name, tensor) -> magnitudes.put(name, absolute(tensor)));
        double[] magnitude = y(Evaluator.evaluate(absolute(graph), magnitudes)).toDoubles();
        try (ModelSession session = ModelSession.open(graph, EXACT)) {
            Tensor actual = y(session.run(inputs));

            assertThat(actual.shape()).isEqualTo(expected.shape());
            double[] wanted = expected.toDoubles();
            double[] found = actual.toDoubles();
            for (int i = 0; i < wanted.length; i++) {
                double tolerance = 8 * Math.sqrt(terms) * 0x1p-24 * magnitude[i];
                assertThat(found[i]).as("element %d", i).isCloseTo(wanted[i], within(tolerance));
            }
        }
    }

    private static Tensor y(Map<String, Tensor> outputs) {
        return Optional.ofNullable(outputs.get("y")).orElseThrow();
    }

    private static Graph absolute(Graph graph) {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        graph.constants()
                .forEach(
                        (name, tensor) -> constants.put(name, tensor.dtype().isFloating() ? absolute(tensor) : tensor));
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), graph.nodes(), constants);
    }

    private static Tensor absolute(Tensor tensor) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return Tensor.ofFloats(tensor.shape(), values);
    }

    private static GraphBuilder image() {
        GraphBuilder builder = new GraphBuilder("agreement");
        builder.input(Value.of("x", DType.FLOAT32, IMAGE));
        return builder;
    }

    private static Graph finished(GraphBuilder builder) {
        Shape shape =
                Optional.ofNullable(Shapes.infer(builder.build()).get("y")).orElseThrow();
        builder.output(Value.of("y", DType.FLOAT32, shape));
        return builder.build();
    }
}
