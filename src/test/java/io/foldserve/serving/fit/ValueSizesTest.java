package io.foldserve.serving.fit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.graph.ValueTooLargeException;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Constants of a few bytes that unfold to more than any machine has. */
class ValueSizesTest {
    private static final Tensor ONE = Tensor.ofFloats(Shape.of(1, 1, 1, 1), 1);
    private static final Tensor MILLION_BY_MILLION = longs(1, 1, 1_000_000, 1_000_000);
    private static final Tensor QUARTER_BEYOND = longs(1, 1, 1 << 14, (1 << 14) + 1);

    private static Tensor longs(long... elements) {
        return Tensor.ofLongs(Shape.of(elements.length), elements);
    }

    private static Graph graph(String op, Map<String, Attribute> attributes, Tensor... constants) {
        GraphBuilder builder = new GraphBuilder("unfolding");
        builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 3, 8, 8)));
        List<String> inputs = new ArrayList<>();
        for (Tensor constant : constants) {
            inputs.add("c" + inputs.size());
            builder.constant(inputs.get(inputs.size() - 1), constant);
        }
        builder.add(op, "unfolded", inputs, attributes);
        builder.output(Value.of("image", DType.FLOAT32, Shape.of(1, 3, 8, 8)));
        return builder.build();
    }

    private static void refuses(String op, Map<String, Attribute> attributes, Tensor... constants) {
        assertThatThrownBy(() -> ValueSizes.expect(graph(op, attributes, constants), "tiny.onnx"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("tiny.onnx: node unfolded (" + op + "): "
                        + "makes a value of more than the 268435456 elements that one may have: ");
    }

    @Test
    void areRefusedByTheArithmeticOfTheirOperator() {
        refuses("Expand", Map.of(), ONE, MILLION_BY_MILLION);
        refuses("Tile", Map.of(), ONE, MILLION_BY_MILLION);
        refuses("ConstantOfShape", Map.of(), MILLION_BY_MILLION);
        refuses("ConstantOfShape", Map.of(), longs(Long.MAX_VALUE));
        refuses("Range", Map.of(), scalar(0), scalar(1e12), scalar(1));
        refuses("Resize", Map.of(), ONE, floats(), floats(1, 1, 1e6f, 1e6f));
        refuses("Pad", Map.of(), ONE, longs(0, 0, 0, 0, 0, 0, 1_000_000, 1_000_000));
    }

    @Test
    void areRefusedWhereTheyCouldJustBeCounted() {
        refuses("Expand", Map.of(), ONE, QUARTER_BEYOND);
        refuses("Tile", Map.of(), ONE, QUARTER_BEYOND);
    }

    @Test
    void areAcceptedUpToTheBound() {
        assertThatCode(() ->
                        ValueSizes.expect(graph("Expand", Map.of(), ONE, longs(1, 1, 1 << 14, 1 << 14)), "tiny.onnx"))
                .doesNotThrowAnyException();
        assertThatCode(() -> ValueSizes.expect(graph("Range", Map.of(), scalar(3), scalar(0), scalar(1)), "tiny.onnx"))
                .doesNotThrowAnyException();
    }

    @Test
    void areNotMadeByTheEvaluatorEither() {
        Node expand = graph("Expand", Map.of(), ONE, QUARTER_BEYOND).nodes().get(0);

        assertThatThrownBy(() -> Evaluator.evaluate(expand, List.of(ONE, QUARTER_BEYOND)))
                .isInstanceOf(ValueTooLargeException.class);
    }

    private static Tensor scalar(double value) {
        return Tensor.ofDoubles(Shape.of(), value);
    }

    private static Tensor floats(float... elements) {
        return Tensor.ofFloats(Shape.of(elements.length), elements);
    }
}
