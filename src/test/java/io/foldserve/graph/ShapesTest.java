package io.foldserve.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** What shape inference refuses; what it accepts is checked together with the evaluator's golden values. */
class ShapesTest {

    @Test
    void infersEveryValueOfAGraphInOrder() {
        GraphBuilder builder = new GraphBuilder("g");
        String image = builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 3, 9, 7)));
        String kernel = builder.constant("conv.weight", Tensor.ofFloats(Shape.of(2, 3, 1, 1), new float[6]));
        String conv = builder.add("Conv", "conv", List.of(image, kernel), Map.of("strides", Attribute.ints(2, 2)));
        builder.output(Value.of(conv, DType.FLOAT32, Shape.of(1, 2, 5, 4)));
        assertThat(Shapes.infer(builder.build()))
                .containsExactly(
                        Map.entry("image", Shape.of(1, 3, 9, 7)),
                        Map.entry("conv.weight", Shape.of(2, 3, 1, 1)),
                        Map.entry("conv", Shape.of(1, 2, 5, 4)));
    }

    @Test
    void reshapesToAShapeThatTheGraphComputesFromAShape() {
        GraphBuilder builder = new GraphBuilder("g");
        String image = builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 3, 2)));
        String flat = builder.add("Flatten", "flat", List.of(image));
        String shape = builder.add("Shape", "shape", List.of(image));
        builder.add("Reshape", "back", List.of(flat, shape));
        assertThat(Shapes.infer(builder.build())).containsEntry("back", Shape.of(1, 3, 2));
    }

    @Test
    void refusesChannelsThatDoNotFitTheKernelNamingTheNode() {
        refuses("Conv", Map.of(), Shape.of(1, 4, 5, 5), Shape.of(2, 3, 3, 3))
                .hasMessageContaining("node n (Conv)")
                .hasMessageContaining("3 channels")
                .hasMessageContaining("1×4×5×5");
    }

    @Test
    void refusesOutputChannelsThatDoNotDivideIntoGroups() {
        refuses("Conv", Map.of("group", Attribute.of(2)), Shape.of(1, 4, 5, 5), Shape.of(3, 2, 3, 3));
    }

    @Test
    void refusesABiasOfAnotherLength() {
        refuses("Conv", Map.of(), Shape.of(1, 3, 5, 5), Shape.of(2, 3, 3, 3), Shape.of(3))
                .hasMessageContaining("bias of 2");
    }

    @Test
    void refusesAWindowThatDoesNotFit() {
        refuses("Conv", Map.of(), Shape.of(1, 3, 2, 5), Shape.of(2, 3, 3, 3)).hasMessageContaining("1×3×2×5");
    }

    @Test
    void refusesAStrideOfZero() {
        refuses("Conv", Map.of("strides", Attribute.ints(0, 1)), Shape.of(1, 3, 5, 5), Shape.of(2, 3, 3, 3))
                .hasMessageContaining("strides");
    }

    @Test
    void refusesPadsOfTheWrongLength() {
        refuses(
                        "MaxPool",
                        Map.of("kernel_shape", Attribute.ints(2, 2), "pads", Attribute.ints(1, 1)),
                        Shape.of(1, 3, 5, 5))
                .hasMessageContaining("4 pads");
    }

    @Test
    void refusesAPoolWithoutAKernelShape() {
        refuses("AveragePool", Map.of(), Shape.of(1, 3, 5, 5)).hasMessageContaining("kernel_shape");
    }

    @Test
    void givesTheIndicesOfAMaxPoolTheShapeOfItsMaxima() {
        Node node = new Node(
                "n",
                "",
                "MaxPool",
                List.of("x"),
                List.of("y", "indices"),
                Map.of("kernel_shape", Attribute.ints(2, 2)));
        assertThat(Shapes.infer(node, List.of(Optional.of(Operand.of(Shape.of(1, 1, 4, 4))))))
                .containsExactly(Shape.of(1, 1, 3, 3), Shape.of(1, 1, 3, 3));
    }

    @Test
    void refusesShapesThatDoNotBroadcast() {
        refuses("Add", Map.of(), Shape.of(2, 3), Shape.of(2)).hasMessageContaining("2×3");
    }

    @Test
    void refusesABatchNormOfOtherChannels() {
        Shape four = Shape.of(4);
        refuses("BatchNormalization", Map.of(), Shape.of(1, 3, 5, 5), four, four, four, four)
                .hasMessageContaining("of 3");
    }

    @Test
    void refusesMatricesWhoseInnerExtentsDiffer() {
        refuses("Gemm", Map.of("transB", Attribute.of(1)), Shape.of(1, 4), Shape.of(4, 3));
        refuses("MatMul", Map.of(), Shape.of(2, 4), Shape.of(3, 4));
    }

    @Test
    void refusesAGemmAddendThatWouldGrowTheResult() {
        refuses("Gemm", Map.of(), Shape.of(1, 4), Shape.of(4, 3), Shape.of(2, 3));
    }

    @Test
    void refusesEquationsThatDoNotFit() {
        refuses("Einsum", equation("ij,jk->ik"), Shape.of(2, 3), Shape.of(4, 5)).hasMessageContaining("index j");
        refuses("Einsum", equation("ij,jk->ik"), Shape.of(2, 3));
        refuses("Einsum", equation("ij->ii"), Shape.of(2, 3));
        refuses("Einsum", equation("ij->ik"), Shape.of(2, 3));
        refuses("Einsum", equation("i1->i"), Shape.of(2, 3));
        refuses("Einsum", equation("i.->i"), Shape.of(2, 3));
        refuses("Einsum", equation("ijk->i"), Shape.of(2, 3));
    }

    private static Map<String, Attribute> equation(String equation) {
        return Map.of("equation", Attribute.of(equation));
    }

    @Test
    void refusesReshapesToAnotherNumberOfElements() {
        refusesWith("Reshape", Shape.of(2, 3), 4, 2).hasMessageContaining("2×3");
        refusesWith("Reshape", Shape.of(2, 3), -1, 4);
        refusesWith("Reshape", Shape.of(2, 3), -1, -1).hasMessageContaining("at most one");
        refusesWith("Reshape", Shape.of(2, 3), -2, -3);
        refusesWith("Reshape", Shape.of(2, 3), 2, 3, 0);
        refusesWith("Reshape", Shape.of(2, 3), 1L << 40, 1L << 40);
    }

    @Test
    void refusesAReshapeToAShapeThatIsNotConstant() {
        refuses("Reshape", Map.of(), Shape.of(2, 3), Shape.of(2)).hasMessageContaining("constant");
    }

    @Test
    void refusesAxesThatDoNotExist() {
        refuses("Softmax", Map.of("axis", Attribute.of(9)), Shape.of(2, 3)).hasMessageContaining("9");
        refuses("Concat", Map.of("axis", Attribute.of(2)), Shape.of(2, 3), Shape.of(2, 3));
        refuses("ArgMax", Map.of("axis", Attribute.of(-3)), Shape.of(2, 3));
        refusesWith("Unsqueeze", Shape.of(2, 3), 4);
        refusesWith("Unsqueeze", Shape.of(2, 3), 0, 0);
        refusesWith("Squeeze", Shape.of(2, 3), 0).hasMessageContaining("extent of 1");
        refusesWith("ReduceMean", Shape.of(2, 3), 2);
    }

    @Test
    void refusesTransposesThatArePermutationsOfNothing() {
        refuses("Transpose", Map.of("perm", Attribute.ints(0, 0)), Shape.of(2, 3));
        refuses("Transpose", Map.of("perm", Attribute.ints(0)), Shape.of(2, 3));
    }

    @Test
    void refusesConcatenatingOtherExtents() {
        refuses("Concat", Map.of("axis", Attribute.of(0)), Shape.of(2, 3), Shape.of(2, 4))
                .hasMessageContaining("2×4");
    }

    @Test
    void refusesCroppingMoreThanThereIs() {
        refusesWith("Pad", Shape.of(2), -2, -1);
        refusesWith("Pad", Shape.of(2), 1).hasMessageContaining("2 pads");
    }

    @Test
    void refusesATransposedConvolutionThatLeavesItsPadsOpen() {
        refuses(
                "ConvTranspose",
                Map.of("output_shape", Attribute.ints(9, 9)),
                Shape.of(1, 3, 5, 5),
                Shape.of(3, 2, 3, 3));
        refuses(
                "ConvTranspose",
                Map.of("auto_pad", Attribute.of("SAME_UPPER")),
                Shape.of(1, 3, 5, 5),
                Shape.of(3, 2, 3, 3));
    }

    @Test
    void refusesAMissingInputAndAnUnknownExtent() {
        refuses("Relu", Map.of()).hasMessageContaining("input 0 is missing");
        Value open = new Value("image", DType.FLOAT32, List.of(Value.Dimension.named("N")));
        Graph graph = new Graph("g", Graph.OPSET, List.of(open), List.of(), List.of(), Map.of());
        assertThatThrownBy(() -> Shapes.infer(graph))
                .hasMessageContaining("image")
                .hasMessageContaining("N");
    }

    @Test
    void refusesUnknownOperatorsAndForeignDomains() {
        for (String domain : List.of("", "com.example")) {
            Node node = new Node("odd", domain, domain.isEmpty() ? "Odd" : "Relu", List.of(), List.of("y"), Map.of());
            assertThatThrownBy(() -> Shapes.infer(node, List.of()))
                    .isInstanceOf(UnknownOperatorException.class)
                    .hasMessageContaining("odd");
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refuses(
            String op, Map<String, Attribute> attributes, Shape... inputs) {
        List<Optional<Operand>> operands = new ArrayList<>();
        Arrays.stream(inputs).map(Operand::of).map(Optional::of).forEach(operands::add);
        return refuses(op, attributes, operands);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refusesWith(String op, Shape input, long... second) {
        Tensor values = Tensor.ofLongs(Shape.of(second.length), second);
        return refuses(op, Map.of(), List.of(Optional.of(Operand.of(input)), Optional.of(Operand.of(values))));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refuses(
            String op, Map<String, Attribute> attributes, List<Optional<Operand>> operands) {
        List<String> names = operands.stream().map(operand -> "x").toList();
        Node node = new Node("n", "", op, names, List.of("y"), attributes);
        return assertThatThrownBy(() -> Shapes.infer(node, operands)).isInstanceOf(ShapeException.class);
    }
}
