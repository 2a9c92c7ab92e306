package io.foldserve.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphCostTest {

    @Test
    void countsAGroupedConvolutionABatchNormAndALinearLayer() {
        GraphBuilder builder = new GraphBuilder("g");
        builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 4, 9, 7)));
        zeros(builder, "w", 6, 2, 3, 2);
        builder.add(
                "Conv",
                "conv",
                List.of("image", "w"),
                Map.of("group", Attribute.of(2), "strides", Attribute.ints(2, 1)));
        List.of("scale", "shift", "mean", "variance").forEach(name -> zeros(builder, name, 6));
        builder.add("BatchNormalization", "bn", List.of("conv", "scale", "shift", "mean", "variance"));
        builder.add("Flatten", "flat", List.of("bn"));
        zeros(builder, "fc.w", 10, 144);
        zeros(builder, "fc.b", 10);
        builder.add("Gemm", "fc", List.of("flat", "fc.w", "fc.b"), Map.of("transB", Attribute.of(1)));
        GraphCost cost = GraphCost.of(builder.build());
        // conv: 4×6 positions, 6 outputs, 2 inputs a group, 3×2 taps
        assertThat(cost.nodeMacs()).containsExactly(Map.entry("conv", 4L * 6 * 6 * 2 * 6), Map.entry("fc", 1440L));
        assertThat(cost.macs()).isEqualTo(1728 + 1440);
        assertThat(cost.parameters()).isEqualTo(72 + 24 + 1440 + 10);
    }

    @Test
    void countsATransposedConvolutionByItsInput() {
        GraphBuilder builder = new GraphBuilder("g");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1, 4, 3, 5)));
        zeros(builder, "w", 4, 2, 2, 2);
        builder.add(
                "ConvTranspose",
                "up",
                List.of("x", "w"),
                Map.of("strides", Attribute.ints(2, 2), "group", Attribute.of(2)));
        assertThat(GraphCost.of(builder.build()).macs()).isEqualTo(3L * 5 * 4 * 2 * 4);
    }

    @Test
    void countsProductsOfValues() {
        GraphBuilder builder = new GraphBuilder("g");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(2, 3, 4)));
        zeros(builder, "w", 4, 5);
        builder.add("MatMul", "a", List.of("x", "w"));
        builder.add("Einsum", "b", List.of("x", "w"), Map.of("equation", Attribute.of("bij,jk->bk")));
        assertThat(GraphCost.of(builder.build()).nodeMacs())
                .containsExactly(Map.entry("a", 2L * 3 * 4 * 5), Map.entry("b", 2L * 3 * 4 * 5));
    }

    @Test
    void leavesOutWeightProgramsButCountsTheirConstantsOnce() {
        GraphBuilder builder = new GraphBuilder("g");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1, 2, 3, 3)));
        zeros(builder, "D", 2, 9, 9);
        zeros(builder, "W", 2, 2, 9);
        zeros(builder, "unread", 100);
        builder.constant("shape", Tensor.ofLongs(Shape.of(4), 2, 2, 3, 3));
        builder.add("Add", "sum", List.of("D", "D"));
        builder.add("Einsum", "kernel", List.of("sum", "W"), Map.of("equation", Attribute.of("ims,ois->oim")));
        builder.add("Reshape", "reshape", List.of("kernel", "shape"));
        builder.add("Conv", "conv", List.of("x", "reshape"));
        GraphCost cost = GraphCost.of(builder.build());
        assertThat(cost.nodeMacs()).containsExactly(Map.entry("conv", 36L));
        assertThat(cost.parameters()).isEqualTo(162 + 36);
    }

    @Test
    void namesTheNodesThatItCannotCount() {
        GraphBuilder builder = new GraphBuilder("g");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1)));
        builder.add("Mystery", "odd", List.of("x"));
        Graph graph = builder.build();
        assertThat(GraphCost.of(graph).uncounted()).containsExactly("odd");
    }

    private static void zeros(GraphBuilder builder, String name, int... extents) {
        Shape shape = Shape.of(extents);
        builder.constant(name, Tensor.ofFloats(shape, new float[shape.size()]));
    }
}
