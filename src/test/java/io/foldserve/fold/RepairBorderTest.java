package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.IslandCheck.Deviations;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.fold.write.BiasMap;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.graph.Value.Dimension;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A bias before zero padding: the border is repaired by a map where that pays, and only where it is a constant. */
class RepairBorderTest {
    private static final Map<String, Attribute> POINT = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));

    /** 4 → 24 channels pointwise with a bias, then 24 → 4 padded. */
    private static Graph sequence(TrainingForms forms, Map<String, Attribute> first, Map<String, Attribute> second) {
        int groups = second.get("group") instanceof Attribute.Int group ? Math.toIntExact(group.value()) : 1;
        String y = forms.conv("first", "image", forms.normal(24, 4, 1, 1), Optional.of(forms.normal(24)), first);
        Tensor kernel = forms.normal(4, 24 / groups, 3, 2);
        return forms.build(forms.conv("second", y, kernel, Optional.of(forms.normal(4)), second));
    }

    private static Graph open(Graph graph) {
        Value input = new Value(
                "image",
                DType.FLOAT32,
                List.of(
                        Dimension.named("batch"),
                        Dimension.fixed(4),
                        Dimension.named("height"),
                        Dimension.named("width")));
        return graph.with(List.of(input), graph.outputs(), graph.nodes(), graph.constants());
    }

    private static List<String> operators(IslandCheck check) {
        return check.exact().nodes().stream().map(Node::op).toList();
    }

    private static void expectExact(IslandCheck check, Tensor input) {
        Deviations deviations = check.deviations(input);
        assertThat(deviations.border()).as("border").isLessThanOrEqualTo(1e-13);
        assertThat(deviations.interior()).as("interior").isLessThanOrEqualTo(1e-13);
    }

    @Property(tries = 120, seed = "2040", shrinking = ShrinkingMode.OFF)
    void isExactForAnyGeometry(
            @ForAll @IntRange(min = 1, max = 2) int innerStride,
            @ForAll @IntRange(min = 1, max = 2) int stride,
            @ForAll @IntRange(min = 1, max = 2) int dilation,
            @ForAll @IntRange(min = 0, max = 2) int groups,
            @ForAll @IntRange(min = 0, max = 2) int top,
            @ForAll @IntRange(min = 1, max = 3) int left,
            @ForAll @IntRange(min = 0, max = 2) int bottom,
            @ForAll @IntRange(min = 0, max = 1) int right,
            @ForAll boolean leavesOpen) {
        TrainingForms forms = new TrainingForms(5, Shape.of(1, 4, 19, 17));
        Map<String, Attribute> first = TrainingForms.attributes(innerStride, 1, 1, List.of(0, 0, 0, 0));
        List<Integer> pads = List.of(top, left, bottom, right);
        Graph fixed = sequence(forms, first, TrainingForms.attributes(stride, dilation, 1 << groups, pads));
        IslandCheck check = new IslandCheck(leavesOpen ? open(fixed) : fixed);
        expectExact(check, forms.normal(1, 4, 19, 17));
        if (leavesOpen) {
            expectExact(check, forms.normal(2, 4, 12, 18));
        }
        FoldReport report =
                FoldAudit.measure(GraphFolder.fold(check.training()), 3).report();
        assertThat(report.compositionError()).isLessThanOrEqualTo(FoldAudit.TOLERANCE);
    }

    private final TrainingForms forms = new TrainingForms(6, Shape.of(1, 4, 20, 20));
    private final Map<String, Attribute> padded = TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1));

    @Test
    void addsAConstantMapWhereTheSizeIsFixed() {
        IslandCheck check = new IslandCheck(sequence(forms, POINT, padded));
        assertThat(operators(check)).containsExactly("Gather", "Gather", "Conv", "Add");
        assertThat(check.plan().islands()).singleElement().satisfies(island -> assertThat(island.rules())
                .containsExactly("sequence", "border"));
        Tensor map = check.exact().constant("second/term1.border").orElseThrow();
        assertThat(map.shape()).isEqualTo(Shape.of(1, 4, 3, 3));
    }

    @Test
    void convolvesOnesWhereTheSizeIsOpen() {
        IslandCheck check = new IslandCheck(open(sequence(forms, POINT, padded)));
        assertThat(operators(check)).containsExactly("Conv", "Shape", "Gather", "Concat", "Expand", "Conv", "Add");
    }

    @Test
    void computesTheSameInOnnxRuntime() {
        Graph training = sequence(forms, POINT, padded);
        Tensor image = forms.normal(1, 4, 20, 20);
        for (Graph form : List.of(training, open(training))) {
            double[] exact = run(form, image);
            double[] found = run(GraphFolder.fold(form).graph(), image);
            for (int i = 0; i < exact.length; i++) {
                assertThat(Math.abs(exact[i] - found[i])).isLessThan(3e-4);
            }
        }
    }

    private static double[] run(Graph graph, Tensor image) {
        try (ModelSession session = ModelSession.open(graph, new SessionSettings(1, false, false))) {
            return session.run(Map.of("image", image))
                    .values()
                    .iterator()
                    .next()
                    .toDoubles();
        }
    }

    @Test
    void foldsABatchNormAfterTheRepairedSequenceToo() {
        String first = forms.conv("first", "image", forms.normal(24, 4, 1, 1), Optional.of(forms.normal(24)), POINT);
        String inner = forms.batchNorm("norm", first, 24);
        String second = forms.conv("second", inner, forms.normal(4, 24, 3, 3), Optional.empty(), padded);
        IslandCheck check = new IslandCheck(forms.build(forms.batchNorm("last", second, 4)));
        assertThat(operators(check)).containsExactly("Gather", "Gather", "Conv", "Add");
        expectExact(check, forms.normal(1, 4, 20, 20));
    }

    @Test
    void addsTheMapsOfTwoBranchesIntoOne() {
        String a = forms.conv("a1", "image", forms.normal(24, 4, 1, 1), Optional.of(forms.normal(24)), POINT);
        String b = forms.conv("b1", "image", forms.normal(24, 4, 1, 1), Optional.of(forms.normal(24)), POINT);
        String left = forms.conv("a2", a, forms.normal(4, 24, 3, 3), Optional.empty(), padded);
        String right = forms.conv("b2", b, forms.normal(4, 24, 3, 3), Optional.empty(), padded);
        IslandCheck check = new IslandCheck(forms.build(forms.builder().add("Add", "sum", List.of(left, right))));
        assertThat(operators(check)).containsExactly("Gather", "Gather", "Conv", "Add");
        expectExact(check, forms.normal(1, 4, 20, 20));
    }

    @Test
    void keepsABatchNormBeforeAPaddedConvolutionForTheMapWouldMoveMore() {
        String norm = forms.batchNorm("norm", "image", 4);
        Graph training = forms.build(forms.conv("conv", norm, forms.normal(4, 4, 3, 3), Optional.empty(), padded));
        IslandPlan plan = IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC);
        assertThat(plan.islands()).isEmpty();
        assertThat(plan.declined())
                .filteredOn(declined -> declined.node().equals("conv"))
                .extracting(Declined::reason)
                .singleElement()
                .asString()
                .contains("before it does not shift as it shifts its input");
    }

    @Test
    void takesABatchNormBeforeAStridedConvolutionInWhereTheMapIsSmaller() {
        Map<String, Attribute> strided = TrainingForms.attributes(2, 1, 1, List.of(1, 1, 1, 1));
        TrainingForms wide = new TrainingForms(6, Shape.of(1, 32, 64, 64));
        String x = wide.batchNorm("norm", "image", 32);
        IslandCheck check =
                new IslandCheck(wide.build(wide.conv("conv", x, wide.normal(8, 32, 3, 3), Optional.empty(), strided)));
        assertThat(operators(check)).containsExactly("Gather", "Gather", "Conv", "Add");
        expectExact(check, wide.normal(1, 32, 64, 64));
    }

    @Test
    void declinesWhatDiffersByMoreThanAConstant() {
        String first = forms.conv("first", "image", forms.normal(24, 4, 3, 3), Optional.of(forms.normal(24)), padded);
        Graph training = forms.build(forms.conv("second", first, forms.normal(4, 24, 3, 3), Optional.empty(), padded));
        assertThat(IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands())
                .isEmpty();
    }

    @Test
    void declinesAPaddedPointwiseKernelBeforeAPaddedOneForItsBiasReachesIntoItsOwnPadding() {
        String first = forms.conv("first", "image", forms.normal(24, 4, 1, 1), Optional.of(forms.normal(24)), padded);
        Graph training = forms.build(forms.conv("second", first, forms.normal(4, 24, 3, 3), Optional.empty(), padded));
        assertThat(IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands())
                .isEmpty();
    }

    @Test
    void countsDistinctPositionsOnly() {
        Term map = new Term(
                TermInput.of("x"),
                1,
                1,
                1,
                List.of(new AxisTaps(-2, 1, 5, 1, 2)),
                false,
                false,
                () -> new Weights(new double[] {1, 2, 4, 8, 16}, new double[1]));
        BiasMap biases = new BiasMap(map, List.of(9));
        assertThat(biases.distinct()).containsExactly(5);
        assertThat(biases.index(0)).containsExactly(0, 1, 2, 2, 2, 2, 2, 3, 4);
        assertThat(Arrays.stream(biases.values()).boxed()).containsExactly(28.0, 30.0, 31.0, 15.0, 7.0);
    }
}
