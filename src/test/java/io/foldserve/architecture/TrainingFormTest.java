package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How layers look in the graph. */
class TrainingFormTest {
    private static DeclaredNetwork doConv(Map<String, Object> options) {
        return DeclaredNetwork.layers(Map.of("conv", options));
    }

    private static List<String> program(Graph graph) {
        return graph.nodes().stream()
                .map(node -> node.name() + " = " + node.op() + node.inputs())
                .toList();
    }

    @Test
    void writesADoConvLayerAsItsWeightProgramAndOneConvolution() {
        Graph graph = DeclaredNetwork.layers(
                        Map.of("conv", Map.of("out", 6, "kernel", 3, "groups", 3, "name", "x")), "relu")
                .option("channels", 6)
                .tensor("x.W", 6, 2, 11)
                .tensor("x.D", 6, 9, 11)
                .tensor("x.bias", 6)
                .build();

        assertThat(program(graph))
                .containsExactly(
                        "x/D = Add[x.D, x.d_diag]",
                        "x/W = Reshape[x.W, x/W/shape]",
                        "x/kernel = Einsum[x/D, x/W]",
                        "x/reshape = Reshape[x/kernel, x/reshape/shape]",
                        "x = Conv[image, x/reshape, x.bias]",
                        "1 = Relu[x]");
        assertThat(graph.constant("x/W/shape")).contains(Tensor.ofLongs(Shape.of(3), 2, 6, 11));
        assertThat(graph.constant("x/reshape/shape")).contains(Tensor.ofLongs(Shape.of(4), 6, 2, 3, 3));
        assertThat(node(graph, "x/kernel").text("equation", "")).isEqualTo("ims,ois->oim");
        assertThat(graph.nodes().get(5).outputs()).containsExactly("logits");
        assertThat(graph.opset()).isEqualTo(19);
    }

    @Test
    void rebuildsAnAbsentDiagonalAsIdentitiesSideBySideAndThenZeros() {
        Graph graph = doConv(Map.of("out", 1, "kernel", List.of(1, 2), "bias", false))
                .option("channels", 2)
                .tensor("0.W", 1, 2, 5)
                .tensor("0.D", 2, 2, 5)
                .build();

        assertThat(graph.constant("0.d_diag"))
                .contains(
                        Tensor.ofFloats(Shape.of(2, 2, 5), 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0));
    }

    @Test
    void rebuildsAllZerosWhereTheMultiplierIsBelowTheTaps() {
        Graph graph = doConv(Map.of("out", 1, "kernel", 2, "bias", false))
                .option("channels", 1)
                .tensor("0.W", 1, 1, 3)
                .tensor("0.D", 1, 4, 3)
                .build();

        assertThat(graph.constant("0.d_diag")).contains(Tensor.ofFloats(Shape.of(1, 4, 3), new float[12]));
    }

    @Test
    void takesAStoredDiagonalUnderEitherNameAndNotesAnUnusualOne() {
        Tensor unusual = Tensor.ofFloats(Shape.of(1, 2, 2), 1, 0.5f, 0, 1);
        DeclaredNetwork network = doConv(Map.of("out", 1, "kernel", List.of(1, 2), "bias", false))
                .option("channels", 1)
                .tensor("0.W", 1, 1, 2)
                .tensor("0.D", 1, 2, 2)
                .tensor("0.D_diag", unusual);

        assertThat(network.build().constant("0.D_diag")).contains(unusual);
        assertThat(network.assemble().notes())
                .containsExactly("0.D_diag is not the identity that DO-Conv starts from; it is used as stored");
        assertThat(network.tensor("0.D_diag", FormulaCheckpoint.diagonal(Shape.of(1, 2, 2)))
                        .assemble()
                        .notes())
                .isEmpty();
    }

    @Test
    void reshapesTheOnlyFactorOfASingleTap() {
        Graph graph = doConv(Map.of("out", 4, "kernel", 1, "bias", false, "dMul", 9))
                .tensor("0.W", 4, 3, 1)
                .build();

        assertThat(program(graph))
                .containsExactly("0/reshape = Reshape[0.W, 0/reshape/shape]", "0 = Conv[image, 0/reshape]");
    }

    @Test
    void padsDoConvInTheReferencesOrderAndPlainConvolutionsInTheRightOne() {
        Map<String, Object> options =
                Map.of("out", 1, "kernel", 1, "bias", false, "padding", List.of(1, 2), "paddingMode", "circular");
        Graph plain = doConv(options).tensor("0.weight", 1, 3, 1, 1).build();
        Graph over = doConv(options).tensor("0.W", 1, 3, 1).build();

        assertThat(plain.constant("0/pad/pads")).contains(Tensor.ofLongs(Shape.of(8), 0, 0, 1, 2, 0, 0, 1, 2));
        assertThat(over.constant("0/pad/pads")).contains(Tensor.ofLongs(Shape.of(8), 0, 0, 2, 1, 0, 0, 2, 1));
        assertThat(node(plain, "0/pad").text("mode", "")).isEqualTo("wrap");
        assertThat(node(plain, "0").integers("pads", List.of())).containsExactly(0, 0, 0, 0);
        assertThat(plain.outputs().get(0).shape()).contains(Shape.of(1, 1, 18, 20));
        assertThat(over.outputs().get(0).shape()).contains(Shape.of(1, 1, 20, 18));
    }

    @Test
    void padsZerosInsideTheConvolutionInTheSameOrderForBothForms() {
        Map<String, Object> options = Map.of("out", 1, "kernel", 1, "bias", false, "padding", List.of(1, 2));
        Graph plain = doConv(options).tensor("0.weight", 1, 3, 1, 1).build();
        Graph over = doConv(options).tensor("0.W", 1, 3, 1).build();

        assertThat(node(plain, "0").attributes()).isEqualTo(node(over, "0").attributes());
        assertThat(node(over, "0").integers("pads", List.of())).containsExactly(1, 2, 1, 2);
    }

    @Test
    void keepsABatchNormsEpsilonInDoublePrecision() {
        Graph graph = DeclaredNetwork.layers(Map.of("batchNorm", Map.of("epsilon", 1e-3)), "batchNorm")
                .norm("0", 3)
                .norm("1", 3)
                .build();

        assertThat(node(graph, "0").attributes()).containsEntry("epsilon", Attribute.of(1e-3));
        assertThat(node(graph, "1").attributes()).containsEntry("epsilon", Attribute.of(1e-5));
    }

    @Test
    void completesABatchNormWithoutScaleAndShift() {
        Graph graph = DeclaredNetwork.layers("batchNorm")
                .norm("0", 3)
                .without("0.weight", "0.bias")
                .build();

        assertThat(graph.constant("0.weight")).contains(Tensor.ofFloats(Shape.of(3), 1, 1, 1));
        assertThat(graph.constant("0.bias")).contains(Tensor.ofFloats(Shape.of(3), 0, 0, 0));
    }

    @Test
    void loadsOtherRealTypesAsFloat32AndIgnoresCountersOfBatches() {
        ByteBuffer halves = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        halves.putShort(0, (short) 0x3C00).putShort(2, (short) 0x3800).putShort(4, (short) 0xC000);
        Graph graph = DeclaredNetwork.layers("batchNorm")
                .norm("0", 3)
                .tensor("0.weight", Tensor.ofDoubles(Shape.of(3), 0.1, 0.2, 0.3))
                .tensor("0.bias", Tensor.ofBytes(DType.FLOAT16, Shape.of(3), halves))
                .tensor("0.num_batches_tracked", Tensor.ofLongs(Shape.of(), 7))
                .build();

        assertThat(graph.constant("0.weight")).contains(Tensor.ofFloats(Shape.of(3), 0.1f, 0.2f, 0.3f));
        assertThat(graph.constant("0.bias")).contains(Tensor.ofFloats(Shape.of(3), 1, 0.5f, -2));
        assertThat(graph.constants()).doesNotContainKey("0.num_batches_tracked");
    }

    @Test
    void takesNamesWithDashesAsAnyModuleOfPytorchMayHave() {
        Graph graph = DeclaredNetwork.layers(Map.of("batchNorm", Map.of("name", "head.norm-1")))
                .norm("head.norm-1", 3)
                .build();

        assertThat(graph.constant("head.norm-1.running_mean")).isPresent();
    }

    @Test
    void namesNodesAfterLayersAndDropsTheAuxiliaryHeadWithANote() {
        Assembly assembly =
                DeclaredNetwork.golden("segmentations", "fcn-resnet50 doconv").assemble();

        assertThat(assembly.graph().nodes())
                .extracting(Node::name)
                .contains("backbone.layer1.0.conv1", "backbone.layer3.5.bn3", "classifier.4", "interpolate");
        assertThat(assembly.notes())
                .singleElement()
                .asString()
                .startsWith("dropped aux_classifier.* (the auxiliary head only serves training): aux_classifier.0.W, ");
        assertThat(assembly.graph().constants().keySet()).noneMatch(constant -> constant.startsWith("aux_classifier"));
        assertThat(assembly.graph().inputs().get(0).shape()).contains(Shape.of(1, 3, 64, 64));
        assertThat(assembly.graph().outputs().get(0).shape()).contains(Shape.of(1, 6, 64, 64));
    }

    @Test
    void buildsTheSameConvolutionsForBothFormsOfANetwork() {
        Graph plain = DeclaredNetwork.golden("cifar_resnets", "cifar-resnet20 plain with option A")
                .build();
        Graph over = DeclaredNetwork.golden("cifar_resnets", "cifar-resnet20 doconv with option A")
                .build();

        assertThat(over.nodes())
                .filteredOn(node ->
                        plain.nodes().stream().anyMatch(other -> other.name().equals(node.name())))
                .extracting(Node::name, Node::op, Node::attributes)
                .containsExactlyElementsOf(plain.nodes().stream()
                        .map(node -> tuple(node.name(), node.op(), node.attributes()))
                        .toList());
    }

    private static Node node(Graph graph, String name) {
        return graph.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
