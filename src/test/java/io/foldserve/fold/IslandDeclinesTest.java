package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Linear operators that must stay apart, because it would be inexact, slower, or someone reads what is between them.
 */
class IslandDeclinesTest {
    private static final Map<String, Attribute> POINT = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));
    private static final Map<String, Attribute> PADDED = TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1));

    /** Real extents, for the cost of small ones is that of starting operators. Kernels are zero and never read. */
    private final TrainingForms forms = new TrainingForms(9, Shape.of(1, 64, 56, 56));

    /** Few and small, where it is their number that counts. */
    private final TrainingForms small = new TrainingForms(9, Shape.of(1, 2, 8, 8));

    /** A convolution that makes each of two channels the other. */
    private String exchange(String name, String x) {
        Tensor kernel = Tensor.ofFloats(Shape.of(2, 2, 1, 1), new float[] {0, 1, 1, 0});
        return small.conv(name, x, kernel, Optional.empty(), POINT);
    }

    private String conv(String name, String x, int outputs, int inputs, int size, Map<String, Attribute> attributes) {
        return conv(name, x, Shape.of(outputs, inputs, size, size), attributes);
    }

    private String conv(String name, String x, Shape kernel, Map<String, Attribute> attributes) {
        return forms.conv(name, x, Tensor.ofFloats(kernel, new float[kernel.size()]), Optional.empty(), attributes);
    }

    private String add(String op, String name, String... inputs) {
        return forms.builder().add(op, name, List.of(inputs));
    }

    private static IslandPlan expectUntouched(Graph training) {
        IslandPlan plan = IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC);
        assertThat(plan.islands()).isEmpty();
        return plan;
    }

    private static void expectDeclined(Graph training, String node, String rule, String reason) {
        assertThat(expectUntouched(training).declined())
                .filteredOn(declined -> declined.node().equals(node))
                .singleElement()
                .satisfies(declined -> assertThat(declined.rule()).isEqualTo(rule))
                .extracting(Declined::reason)
                .isEqualTo(reason);
    }

    private static Map<String, Attribute> depthwise(int pad) {
        return TrainingForms.attributes(1, 1, 64, List.of(pad, pad, pad, pad));
    }

    /** A run of any length would take its square in time. */
    @Test
    void endsALongRunAndBeginsAnew() {
        String x = "image";
        for (int i = 1; i <= 300; i++) {
            x = exchange("conv" + i, x);
        }

        Folded folded = GraphFolder.fold(small.build(x));

        assertThat(folded.plan().islands())
                .extracting(island -> island.form().nodes().size())
                .containsExactly(128, 128, 42);
        assertThat(folded.graph().nodes()).hasSize(5);
        assertThat(folded.report().declined())
                .extracting(Declined::reason)
                .containsExactly(
                        "Conv conv129 ends a run of more than 128 nodes without an activation, and what follows stays"
                                + " apart.",
                        "Conv conv258 ends a run of more than 128 nodes without an activation, and what follows stays"
                                + " apart.");
    }

    @Test
    void takesInNoMoreBatchNormsThanItCanCompose() {
        String x = exchange("conv", "image");
        for (int i = 1; i <= 130; i++) {
            x = small.batchNorm("bn" + i, x, 2);
        }

        Folded folded = GraphFolder.fold(small.build(x));

        assertThat(folded.graph().nodes()).hasSize(3);
        assertThat(folded.report().declined())
                .extracting(Declined::reason)
                .contains("BatchNormalization bn129 follows Conv conv, which has taken in 128 nodes already.");
    }

    /** To try every pair at every step would take the fourth power of their number in time. */
    @Test
    void addsManyBranchesUp() {
        String sum = exchange("conv", "image");
        for (int i = 1; i <= 100; i++) {
            sum = small.builder().add("Add", "add" + i, List.of(sum, "image"));
        }

        Folded folded = FoldAudit.measure(GraphFolder.fold(small.build(sum)), 1);

        assertThat(folded.graph().nodes()).singleElement().extracting(Node::op).isEqualTo("Conv");
    }

    @Test
    void addsUpBranchesOfNoMoreThanSomeGeometries() {
        String sum = exchange("conv", "image");
        for (int i = 1; i <= 26; i++) {
            int height = 2 * (i / 6) + 1;
            int width = 2 * (i % 6) + 1;
            List<Integer> pads = List.of(height / 2, width / 2, height / 2, width / 2);
            String branch = small.conv(
                    "branch" + i,
                    "image",
                    Tensor.ofFloats(Shape.of(2, 2, height, width), new float[4 * height * width]),
                    Optional.empty(),
                    TrainingForms.attributes(1, 1, 1, pads));
            sum = small.builder().add("Add", "add" + i, List.of(sum, branch));
        }

        assertThat(GraphFolder.fold(small.build(sum)).report().declined())
                .extracting(Declined::reason)
                .contains("Add add24 adds branches of more than 24 geometries up, and what follows stays apart.");
    }

    @Test
    void keepsADepthwiseSeparableConvolution() {
        String y = conv("depthwise", "image", 64, 1, 3, depthwise(1));
        Graph training = forms.build(conv("pointwise", y, 64, 64, 1, POINT));
        expectDeclined(
                training,
                "pointwise",
                "sequence",
                "Conv pointwise stays apart to be fast: depthwise, pointwise as one operator would take 115605504 "
                        + "multiply-accumulates, apart they take 14651392.");
    }

    @Test
    void keepsADepthwiseConvolutionAndItsWidening() {
        String y = conv("depthwise", "image", 64, 1, 7, depthwise(3));
        expectDeclined(
                forms.build(conv("widen", y, 256, 64, 1, POINT)),
                "widen",
                "sequence",
                ("Conv widen stays apart to be fast: depthwise, widen as one operator would take %d "
                                + "multiply-accumulates, apart they take %d.")
                        .formatted(64L * 256 * 49 * 3136, (64L * 49 + 64 * 256) * 3136));
    }

    @Test
    void keepsANarrowBottleneck() {
        String y = conv("reduce", "image", 16, 64, 1, TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1)));
        expectDeclined(
                forms.build(conv("expand", y, 64, 16, 3, POINT)),
                "expand",
                "sequence",
                ("Conv expand stays apart to be fast: reduce, expand as one operator would take %d "
                                + "multiply-accumulates, apart they take %d.")
                        .formatted(64L * 64 * 9 * 3136, 16L * 64 * 58 * 58 + 64L * 16 * 9 * 3136));
    }

    @Test
    void foldsABottleneckThatIsNotNarrow() {
        String y = conv("first", "image", 64, 64, 1, TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1)));
        IslandPlan plan =
                IslandPlan.of(GraphFacts.of(forms.build(conv("second", y, 64, 64, 3, POINT))), CostSource.GENERIC);
        assertThat(plan.islands()).singleElement().satisfies(island -> assertThat(island.rules())
                .containsExactly("sequence"));
    }

    @Test
    void keepsAConcatenationOfUnlikeKernels() {
        String small = conv("expand1x1", "image", 64, 64, 1, POINT);
        String large = conv("expand3x3", "image", 64, 64, 3, PADDED);
        forms.builder().add("Concat", "fire", List.of(small, large), Map.of("axis", Attribute.of(1)));
        expectUntouched(forms.build("fire"));
    }

    @Test
    void keepsAConcatenationAlongAnotherAxis() {
        String a = conv("a", "image", 64, 64, 3, PADDED);
        String b = conv("b", "image", 64, 64, 3, PADDED);
        forms.builder().add("Concat", "rows", List.of(a, b), Map.of("axis", Attribute.of(2)));
        expectUntouched(forms.build("rows"));
    }

    @Test
    void keepsAPaddedConvolutionAfterAPaddedOne() {
        String y = conv("first", "image", 64, 64, 3, PADDED);
        expectDeclined(
                forms.build(conv("second", y, 64, 64, 3, PADDED)),
                "second",
                "sequence",
                "Conv second pads with zeros where first before it still reads its input, so that no one kernel is "
                        + "right at the border; train with all padding on first to fold.");
    }

    @Test
    void keepsAnAverageThatLeavesOutItsPadding() {
        String y = conv("conv", "image", 64, 64, 1, POINT);
        forms.builder()
                .add(
                        "AveragePool",
                        "pool",
                        List.of(y),
                        Map.of("kernel_shape", Attribute.ints(3, 3), "pads", Attribute.ints(1, 1, 1, 1)));
        expectDeclined(
                forms.build("pool"),
                "pool",
                "lift",
                "AveragePool pool leaves its padding out of the mean, so that no one kernel is right at the border; "
                        + "train with count_include_pad=True to fold.");
    }

    @Test
    void keepsAnAverageThatRoundsUp() {
        String y = conv("conv", "image", 64, 64, 1, POINT);
        forms.builder()
                .add(
                        "AveragePool",
                        "pool",
                        List.of(y),
                        Map.of("kernel_shape", Attribute.ints(3, 3), "ceil_mode", Attribute.of(1)));
        expectDeclined(
                forms.build("pool"),
                "pool",
                "lift",
                "AveragePool pool rounds its output size up (ceil_mode = 1), expected down; export with "
                        + "ceil_mode=False if both sizes are equal.");
    }

    @Test
    void keepsWhatAnActivationIsBetween() {
        String y = add("Relu", "relu", conv("first", "image", 64, 64, 1, POINT));
        assertThat(expectUntouched(forms.build(conv("second", y, 64, 64, 3, PADDED)))
                        .declined())
                .isEmpty();
    }

    @Test
    void keepsAGatedBranch() {
        String gate = add("Sigmoid", "gate", conv("squeeze", "image", 64, 64, 1, POINT));
        String y = conv("conv", "image", 64, 64, 3, PADDED);
        expectUntouched(forms.build(add("Add", "sum", add("Mul", "gated", y, gate), "image")));
    }

    @Test
    void keepsASequenceThatSomeoneElseReadsIn() {
        String y = conv("first", "image", 64, 64, 1, POINT);
        add("Relu", "relu", y);
        Graph training = forms.build(conv("second", y, 64, 64, 3, POINT), "relu");
        expectDeclined(
                training,
                "second",
                "sequence",
                "Conv second reads first of Conv first, which relu reads too; to fold, nothing else may need it.");
    }

    @Test
    void keepsASequenceWithAGraphOutputInIt() {
        String y = conv("first", "image", 64, 64, 1, POINT);
        Graph training = forms.build(conv("second", y, 64, 64, 3, POINT), y);
        expectDeclined(
                training,
                "second",
                "sequence",
                "Conv second reads first of Conv first, which is also a graph output; remove first from the outputs "
                        + "to fold.");
    }

    @Test
    void keepsASumOfWhatReadsDifferentValues() {
        String y = add("Relu", "relu", conv("first", "image", 64, 64, 3, PADDED));
        String second = conv("second", y, 64, 64, 3, PADDED);
        expectUntouched(forms.build(add("Add", "residual", second, "image")));
    }

    @Test
    void keepsALargeDilatedGroupedBranchBesideADenseKernel() {
        String dense = conv("dense", "image", 64, 64, 3, PADDED);
        String dilated = conv("dilated", "image", 64, 16, 3, TrainingForms.attributes(1, 2, 4, List.of(2, 2, 2, 2)));
        expectUntouched(forms.build(add("Add", "sum", dense, dilated)));
    }

    @Test
    void foldsOnlyTheBranchesThatFitOneKernel() {
        String dense = conv("dense", "image", 64, 64, 3, PADDED);
        String grouped = conv("grouped", "image", 64, 16, 3, TrainingForms.attributes(1, 1, 4, List.of(1, 1, 1, 1)));
        String dilated = conv("dilated", "image", 64, 16, 3, TrainingForms.attributes(1, 2, 4, List.of(2, 2, 2, 2)));
        IslandPlan plan = IslandPlan.of(
                GraphFacts.of(forms.build(add("Add", "sum", add("Add", "two", dense, grouped), dilated))),
                CostSource.GENERIC);
        assertThat(plan.islands()).hasSize(1);
        assertThat(plan.islands().get(0).value()).isEqualTo("two");
    }

    @Test
    void keepsAZeroPaddingBeforeAMaximum() {
        forms.builder().constant("pads", Tensor.ofLongs(Shape.of(8), 0, 0, 1, 1, 0, 0, 1, 1));
        add("Pad", "pad", "image", "pads");
        forms.builder().add("MaxPool", "max", List.of("pad"), Map.of("kernel_shape", Attribute.ints(3, 3)));
        expectUntouched(forms.build("max"));
    }

    @Test
    void keepsABatchNormBeforeAPaddedConvolutionUnlessItOnlyScales() {
        Tensor ones = Tensor.ofFloats(Shape.of(64), filled(1));
        Tensor zeros = Tensor.ofFloats(Shape.of(64), filled(0));
        String x = forms.batchNorm("bn", "image", 1e-5, List.of(ones, zeros, zeros, ones));
        IslandPlan plan =
                IslandPlan.of(GraphFacts.of(forms.build(conv("conv", x, 64, 64, 3, PADDED))), CostSource.GENERIC);
        assertThat(plan.islands()).singleElement().satisfies(island -> assertThat(island.rules())
                .containsExactly("lift", "pre-affine"));
    }

    @Test
    void keepsAShiftThatVariesWithinAChannel() {
        forms.builder().constant("positions", forms.normal(1, 64, 56, 56));
        String y = conv("conv", "image", 64, 64, 3, PADDED);
        expectDeclined(
                forms.build(add("Add", "sum", y, "positions")),
                "sum",
                "lift",
                "Add sum reads positions of shape 1×64×56×56, expected one value for each of 64 channels.");
    }

    @Test
    void keepsARowVectorThatBroadcastsOverTheLastAxis() {
        forms.builder().constant("columns", forms.normal(56));
        String y = conv("conv", "image", 64, 64, 3, PADDED);
        expectDeclined(
                forms.build(add("Mul", "scaled", y, "columns")),
                "scaled",
                "lift",
                "Mul scaled reads columns of shape 56, expected one value for each of 64 channels.");
    }

    private static float[] filled(float value) {
        float[] values = new float[64];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void keepsAPaddedConvolutionAfterABias() {
        forms.conv(
                "first",
                "image",
                Tensor.ofFloats(Shape.of(64, 64, 3, 3), new float[64 * 64 * 9]),
                Optional.of(Tensor.ofFloats(Shape.of(64), filled(1))),
                POINT);
        expectDeclined(
                forms.build(conv("second", "first", 64, 64, 3, PADDED)),
                "second",
                "sequence",
                "Conv second pads with zeros where first before it has its bias, so that no one kernel is right at "
                        + "the border; train with the padding on first to fold.");
    }

    @Test
    void keepsAnAverageThatPadsByItself() {
        forms.builder()
                .add(
                        "AveragePool",
                        "pool",
                        List.of(conv("conv", "image", 64, 64, 1, POINT)),
                        Map.of("kernel_shape", Attribute.ints(3, 3), "auto_pad", Attribute.of("SAME_UPPER")));
        expectDeclined(
                forms.build("pool"),
                "pool",
                "lift",
                "AveragePool pool pads by auto_pad, expected explicit pads; export with pads.");
    }

    @Test
    void keepsAReflectingPaddingBeforeOneKernelAndSaysNothing() {
        forms.builder().constant("pads", Tensor.ofLongs(Shape.of(8), 0, 0, 1, 1, 0, 0, 1, 1));
        forms.builder().add("Pad", "pad", List.of("image", "pads"), Map.of("mode", Attribute.of("reflect")));
        assertThat(expectUntouched(forms.build(conv("conv", "pad", 64, 64, 3, POINT)))
                        .declined())
                .isEmpty();
    }

    @Test
    void keepsAPaddingOfTheChannels() {
        forms.builder().constant("pads", Tensor.ofLongs(Shape.of(8), 0, 1, 1, 1, 0, 0, 1, 1));
        add("Pad", "pad", "image", "pads");
        expectDeclined(
                forms.build(conv("conv", "pad", 64, 65, 3, POINT)),
                "pad",
                "lift",
                "Pad pad pads the batch or the channels, expected the spatial axes alone.");
    }

    @Test
    void keepsADivisionByData() {
        forms.builder().constant("one", Tensor.ofFloats(Shape.of(1), 1));
        String y = add("Div", "inverse", "one", conv("conv", "image", 64, 64, 1, POINT));
        expectDeclined(forms.build(y), "inverse", "lift", "Div inverse divides one by data, which is not linear.");
    }

    @Test
    void keepsADivisionByZero() {
        forms.builder().constant("zero", Tensor.ofFloats(Shape.of(1), 0));
        String y = add("Div", "infinite", conv("conv", "image", 64, 64, 1, POINT), "zero");
        expectDeclined(
                forms.build(y),
                "infinite",
                "lift",
                "Div infinite reads zero, which makes values that are not finite; check the stored tensor.");
    }
}
