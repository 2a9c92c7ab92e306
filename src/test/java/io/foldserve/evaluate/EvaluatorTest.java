package io.foldserve.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Node;
import io.foldserve.graph.UnknownOperatorException;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final Tensor IMAGE = Tensor.ofFloats(Shape.of(1, 1, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9);

    @Test
    void runsAGraphOfConvolutionReluFlattenAndGemm() {
        GraphBuilder builder = new GraphBuilder("tiny");
        String image = builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 1, 3, 3)));
        String kernel = builder.constant("k", Tensor.ofFloats(Shape.of(1, 1, 2, 2), 1, 0, 0, -1));
        String bias = builder.constant("b", Tensor.ofFloats(Shape.of(1), 4.5f));
        String conv = builder.add("Conv", "conv", List.of(image, kernel, bias));
        String relu = builder.add("Relu", "relu", List.of(conv));
        String flat = builder.add("Flatten", "flat", List.of(relu));
        String weight = builder.constant("w", Tensor.ofFloats(Shape.of(2, 4), 1, 1, 1, 1, 1, 2, 3, 4));
        String logits = builder.add("Gemm", "logits", List.of(flat, weight), Map.of("transB", Attribute.of(1)));
        builder.output(Value.of(logits, DType.FLOAT32, Shape.of(1, 2)));
        Map<String, Tensor> outputs = Evaluator.evaluate(builder.build(), Map.of("image", IMAGE));
        assertThat(outputs).containsOnlyKeys("logits");
        assertThat(outputs.get("logits")).isEqualTo(Tensor.ofDoubles(Shape.of(1, 2), 2.0, 5.0));
    }

    @Test
    void composesADoConvKernelAsAWeightProgram() {
        Node node = new Node(
                "x/kernel",
                "",
                "Einsum",
                List.of("D", "W"),
                List.of("x/kernel"),
                Map.of("equation", Attribute.of("ims,ois->oim")));
        Tensor d = Tensor.ofFloats(Shape.of(2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8);
        Tensor w = Tensor.ofFloats(Shape.of(1, 2, 2), 1, 10, 100, 1000);
        assertThat(Evaluator.evaluate(node, List.of(d, w)))
                .containsExactly(Tensor.ofDoubles(Shape.of(1, 2, 2), 21, 43, 6500, 8700));
    }

    @Test
    void refusesAnUnknownOperatorByNodeAndName() {
        Node node = new Node("strange", "", "Frobnicate", List.of("x"), List.of("y"), Map.of());
        assertThatThrownBy(() -> Evaluator.evaluate(node, List.of(IMAGE)))
                .isInstanceOf(UnknownOperatorException.class)
                .hasMessageContaining("strange")
                .hasMessageContaining("Frobnicate");
    }

    @Test
    void refusesAnInputOfAnotherShape() {
        Graph graph = new Graph(
                "g",
                Graph.OPSET,
                List.of(Value.of("image", DType.FLOAT32, Shape.of(1, 1, 2, 2))),
                List.of(),
                List.of(),
                Map.of());
        assertThatThrownBy(() -> Evaluator.evaluate(graph, Map.of("image", IMAGE)))
                .hasMessageContaining("1×1×2×2")
                .hasMessageContaining("1×1×3×3");
    }

    @Test
    void keepsAnOutputThatLaterNodesReadAndAnInputThatIsAnOutput() {
        GraphBuilder builder = new GraphBuilder("g");
        builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 1, 3, 3)));
        builder.add("GlobalAveragePool", "mean", List.of("image"));
        builder.add("Sub", "centred", List.of("image", "mean"));
        builder.add("GlobalAveragePool", "zero", List.of("centred"));
        for (String output : List.of("zero", "mean", "image")) {
            builder.output(Value.of(output, DType.FLOAT32, Shape.of(1, 1, 1, 1)));
        }
        Map<String, Tensor> outputs = Evaluator.evaluate(builder.build(), Map.of("image", IMAGE));
        assertThat(outputs.keySet()).containsExactly("zero", "mean", "image");
        assertThat(outputs.get("mean")).isEqualTo(Tensor.ofDoubles(Shape.of(1, 1, 1, 1), 5));
        assertThat(outputs.get("zero")).isEqualTo(Tensor.ofDoubles(Shape.of(1, 1, 1, 1), 0));
    }

    @Test
    void refusesAMissingInputByName() {
        GraphBuilder builder = new GraphBuilder("g");
        builder.input(Value.of("image", DType.FLOAT32, Shape.of(1)));
        Graph graph = builder.build();
        assertThatThrownBy(() -> Evaluator.evaluate(graph, Map.of("picture", IMAGE)))
                .hasMessageContaining("image")
                .hasMessageContaining("picture");
    }
}
