package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Selections and permutations of channels, crops, and paddings of every mode: when they become part of a kernel. */
class IslandSelectionsTest {
    private static final Map<String, Attribute> POINT = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));
    private static final Map<String, Attribute> PADDED = TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1));

    /** Real extents, for the cost of small ones is that of starting operators. */
    private final TrainingForms forms = new TrainingForms(11, Shape.of(1, 64, 28, 28));

    private String conv(String name, String x, Shape kernel, Map<String, Attribute> attributes) {
        return forms.conv(name, x, forms.normal(kernel.toArray()), Optional.empty(), attributes);
    }

    private String add(String op, String name, String... inputs) {
        return forms.builder().add(op, name, List.of(inputs));
    }

    private String longs(String name, long... values) {
        return forms.builder().constant(name, Tensor.ofLongs(Shape.of(values.length), values));
    }

    private String slice(String name, String x, long start, long end, long axis) {
        String starts = longs(name + ".starts", start);
        return add("Slice", name, x, starts, longs(name + ".ends", end), longs(name + ".axes", axis));
    }

    private String concat(String name, String... parts) {
        return forms.builder().add("Concat", name, List.of(parts), Map.of("axis", Attribute.of(1)));
    }

    private List<String> split(String name, String x, long... sizes) {
        List<String> outputs =
                IntStream.range(0, sizes.length).mapToObj(i -> name + i).toList();
        List<String> inputs = List.of(x, longs(name + ".sizes", sizes));
        forms.builder().add(new Node(name, "", "Split", inputs, outputs, Map.of("axis", Attribute.of(1))));
        return outputs;
    }

    private String pad(String name, String x, String mode, long rows, long columns) {
        return forms.builder()
                .add(
                        "Pad",
                        name,
                        List.of(x, longs(name + ".pads", 0, 0, rows, columns, 0, 0, rows, columns)),
                        Map.of("mode", Attribute.of(mode)));
    }

    private static List<String> ops(Graph folded) {
        return folded.nodes().stream().map(Node::op).toList();
    }

    /** Folds, checks that nothing but rounding changed, and returns the operators left. */
    private List<String> folded(String output) {
        return ops(measured(output).graph());
    }

    private Folded measured(String output) {
        Graph training = forms.build(output);
        return FoldAudit.measure(GraphFolder.fold(training), 5);
    }

    private void expectUntouched(String output) {
        Graph training = forms.build(output);
        assertThat(IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands())
                .isEmpty();
    }

    private String swapped(String x) {
        List<String> halves = split("halves", x, 32, 32);
        return concat("swapped", halves.get(1), halves.get(0));
    }

    @Test
    void channelsThatAListPicksAreAllThatIsComputed() {
        String all = conv("all", "image", Shape.of(64, 64, 3, 3), PADDED);
        String picked = forms.builder()
                .add("Gather", "picked", List.of(all, longs("list", 5, 3, -1)), Map.of("axis", Attribute.of(1)));
        Folded measured = measured(picked);

        assertThat(ops(measured.graph())).containsExactly("Conv");
        assertThat(measured.graph().constant("all.weight").orElseThrow().shape())
                .isEqualTo(Shape.of(3, 64, 3, 3));
    }

    @Test
    void aPaddingOfNothingBeforeAConvolutionGoes() {
        String padded = conv("padded", pad("pad", "image", "constant", 0, 0), Shape.of(64, 64, 3, 3), PADDED);
        assertThat(folded(forms.batchNorm("bn", padded, 64))).containsExactly("Conv");
    }

    @Test
    void aSelectionOfAllChannelsInOrderBeforeAConvolutionGoes() {
        String all = concat("all", split("halves", "image", 32, 32).toArray(String[]::new));
        assertThat(folded(conv("selected", all, Shape.of(64, 64, 3, 3), PADDED)))
                .containsExactly("Conv");
    }

    @Test
    void aPaddingOfNothingThatSomeoneElseReadsStays() {
        String pad = pad("pad", "image", "constant", 0, 0);
        String conv = conv("conv", pad, Shape.of(64, 64, 3, 3), PADDED);
        String relu = add("Relu", "relu", pad);
        assertThat(folded(add("Mul", "product", conv, relu))).containsExactlyInAnyOrder("Pad", "Relu", "Conv", "Mul");
    }

    @Test
    void foldsThePlainAndTheGroupedKernelOfPsConvAndKeepsTheShiftedOneApart() {
        String dense = conv("conv", "image", Shape.of(64, 64, 3, 3), PADDED);
        String grouped =
                conv("gwconv", "image", Shape.of(64, 16, 3, 3), TrainingForms.attributes(1, 1, 4, List.of(1, 1, 1, 1)));
        String shifted = conv(
                "gwconv_shift",
                swapped("image"),
                Shape.of(64, 16, 3, 3),
                TrainingForms.attributes(1, 2, 4, List.of(2, 2, 2, 2)));
        String sum = add("Add", "sum", add("Add", "unshifted", grouped, dense), shifted);
        String y = forms.batchNorm("bn", sum, 64);
        assertThat(folded(y)).containsExactlyInAnyOrder("Conv", "Gather", "Conv", "Add");
    }

    @Test
    void foldsTheConvolutionsOfTheHalvesIntoOneOfTwoGroups() {
        List<String> halves = split("halves", "image", 32, 32);
        String a = conv("a", halves.get(0), Shape.of(48, 32, 3, 3), PADDED);
        String b = conv("b", halves.get(1), Shape.of(48, 32, 3, 3), PADDED);
        Folded folded = measured(concat("both", a, b));
        assertThat(ops(folded.graph())).containsExactly("Conv");
        assertThat(folded.graph().nodes().get(0).integer("group", 1)).isEqualTo(2);
    }

    @Test
    void takesAPermutationIntoADenseKernelAfterIt() {
        assertThat(folded(conv("conv", swapped("image"), Shape.of(64, 64, 3, 3), PADDED)))
                .containsExactly("Conv");
    }

    @Test
    void takesAPermutationIntoADenseKernelBeforeIt() {
        assertThat(folded(swapped(conv("conv", "image", Shape.of(64, 64, 3, 3), PADDED))))
                .containsExactly("Conv");
    }

    @Test
    void dropsTheRowsOfAKernelThatNobodyTakes() {
        String y = conv("conv", "image", Shape.of(64, 64, 3, 3), PADDED);
        Folded folded = measured(slice("half", y, 0, 32, 1));
        assertThat(ops(folded.graph())).containsExactly("Conv");
        assertThat(folded.graph()
                        .constant(folded.graph().nodes().get(0).inputs().get(1))
                        .orElseThrow()
                        .shape())
                .isEqualTo(Shape.of(32, 64, 3, 3));
    }

    @Test
    void takesAShuffleIntoThePointwiseConvolutionAfterIt() {
        String view = add("Reshape", "view", "image", longs("blocks", 1, 4, 16, 28, 28));
        String turned = forms.builder()
                .add("Transpose", "turned", List.of(view), Map.of("perm", Attribute.ints(0, 2, 1, 3, 4)));
        String shuffled = add("Reshape", "shuffled", turned, longs("whole", 1, 64, 28, 28));
        assertThat(folded(conv("conv", shuffled, Shape.of(64, 64, 1, 1), POINT)))
                .containsExactly("Conv");
    }

    @Test
    void takesChannelsPickedFromTheEndIntoTheKernel() {
        longs("indices", -1, 5, 5);
        String picked =
                forms.builder().add("Gather", "picked", List.of("image", "indices"), Map.of("axis", Attribute.of(1)));
        String y = conv("conv", picked, Shape.of(3, 3, 3, 3), PADDED);
        Graph training = forms.build(y);
        IslandCheck check = new IslandCheck(training);
        assertThat(check.deviations(forms.normal(1, 64, 28, 28)).largest()).isLessThanOrEqualTo(1e-13);
    }

    @Test
    void keepsASelectionOfAFewChannelsBeforeAnExpensiveKernel() {
        String first = slice("first", "image", 0, 8, 1);
        expectUntouched(conv("conv", first, Shape.of(64, 8, 3, 3), PADDED));
    }

    @Test
    void keepsTheConvolutionOfOnePartBesideTheOthersAsTheyAre() {
        List<String> parts = split("parts", "image", 16, 48);
        String y = conv("conv", parts.get(0), Shape.of(16, 16, 3, 3), PADDED);
        expectUntouched(concat("both", y, parts.get(1)));
    }

    @Test
    void keepsASplitThatSomeoneElseReads() {
        List<String> halves = split("halves", "image", 32, 32);
        add("Relu", "relu", halves.get(0));
        String y = conv("conv", concat("swapped", halves.get(1), halves.get(0)), Shape.of(64, 64, 1, 1), POINT);
        Graph training = forms.build(y, "relu");
        assertThat(IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands())
                .allSatisfy(island ->
                        assertThat(island.form().nodes()).extracting(Node::op).doesNotContain("Split"));
    }

    @Test
    void keepsATranspositionThatMovesPositions() {
        String view = add("Reshape", "view", "image", longs("blocks", 1, 64, 28, 28));
        String turned =
                forms.builder().add("Transpose", "turned", List.of(view), Map.of("perm", Attribute.ints(0, 1, 3, 2)));
        String back = add("Reshape", "back", turned, longs("whole", 1, 64, 28, 28));
        expectUntouched(conv("conv", back, Shape.of(64, 64, 1, 1), POINT));
    }

    @Test
    void keepsAGatherOfPositions() {
        longs("indices", 3, 4, 5);
        String rows =
                forms.builder().add("Gather", "rows", List.of("image", "indices"), Map.of("axis", Attribute.of(2)));
        expectUntouched(conv("conv", rows, Shape.of(64, 64, 3, 3), PADDED));
    }

    @Test
    void keepsASliceThatRunsBackwards() {
        String steps = longs("steps", -1);
        String turned = add(
                "Slice",
                "turned",
                "image",
                longs("starts", -1),
                longs("ends", Long.MIN_VALUE),
                longs("axes", 2),
                steps);
        expectUntouched(conv("conv", turned, Shape.of(64, 64, 3, 3), PADDED));
    }

    @Test
    void foldsCroppedBranchesIntoTheKernelThatNeedsNoCrop() {
        String square = conv("square", "image", Shape.of(64, 64, 3, 3), POINT);
        String ver = conv("ver", slice("columns", "image", 1, -1, 3), Shape.of(64, 64, 3, 1), POINT);
        String hor = conv("hor", slice("rows", "image", 1, -1, 2), Shape.of(64, 64, 1, 3), POINT);
        assertThat(folded(add("Add", "sum", add("Add", "two", square, ver), hor)))
                .containsExactly("Conv");
    }

    @Test
    void foldsPaddingsOfOneModeIntoOneOfTheLargestAmounts() {
        String square = conv("square", pad("pad", "image", "reflect", 1, 1), Shape.of(64, 64, 3, 3), POINT);
        String ver = conv("ver", pad("tall", "image", "reflect", 1, 0), Shape.of(64, 64, 3, 1), POINT);
        String point = conv("point", "image", Shape.of(64, 64, 1, 1), POINT);
        assertThat(folded(add("Add", "sum", add("Add", "two", square, ver), point)))
                .containsExactly("Pad", "Conv");
    }

    @Test
    void countsEqualPaddingsAsOne() {
        String a = conv("a", pad("one", "image", "edge", 1, 1), Shape.of(64, 64, 3, 3), POINT);
        String b = conv("b", pad("other", "image", "edge", 1, 1), Shape.of(64, 64, 3, 3), POINT);
        assertThat(folded(add("Add", "sum", a, b))).containsExactly("Pad", "Conv");
    }

    @Test
    void takesABatchNormThroughAPaddingThatCopies() {
        String x = pad("pad", forms.batchNorm("bn", "image", 64), "wrap", 1, 1);
        assertThat(folded(conv("conv", x, Shape.of(64, 64, 3, 3), POINT))).containsExactly("Pad", "Conv");
    }

    @Test
    void keepsBranchesOfDifferentPaddingModesApart() {
        String a = conv("a", pad("one", "image", "edge", 1, 1), Shape.of(64, 64, 3, 3), POINT);
        String b = conv("b", pad("other", "image", "reflect", 1, 1), Shape.of(64, 64, 3, 3), POINT);
        expectUntouched(add("Add", "sum", a, b));
    }

    @Test
    void keepsAReflectedAndAZeroBorderApart() {
        String a = conv("a", pad("pad", "image", "reflect", 1, 1), Shape.of(64, 64, 3, 3), POINT);
        String b = conv("b", "image", Shape.of(64, 64, 3, 3), PADDED);
        expectUntouched(add("Add", "sum", a, b));
    }

    @Test
    void keepsAReflectionOfWhatReadsItsNeighbours() {
        String y = conv("first", "image", Shape.of(64, 64, 3, 3), PADDED);
        expectUntouched(conv("second", pad("pad", y, "reflect", 1, 1), Shape.of(64, 64, 3, 3), POINT));
    }

    @Test
    void keepsABatchNormBeforeAPaddingWithAConstant() {
        String constant = forms.builder().constant("one", Tensor.ofFloats(Shape.of(), new float[] {1}));
        String pads = longs("pads", 0, 0, 1, 1, 0, 0, 1, 1);
        String x = add("Pad", "pad", forms.batchNorm("bn", "image", 64), pads, constant);
        expectUntouched(conv("conv", x, Shape.of(64, 64, 3, 3), POINT));
    }

    @Test
    void keepsAPaddingOfTheChannels() {
        String pads = longs("pads", 0, 1, 0, 0, 0, 1, 0, 0);
        String x = add("Pad", "pad", "image", pads);
        expectUntouched(conv("conv", x, Shape.of(64, 66, 3, 3), PADDED));
    }
}
