package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.IslandCheck.Deviations;
import io.foldserve.fold.IslandGoldens.Golden;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ShapePrograms;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.graph.Value.Dimension;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that leave the batch or the size open, or fix a batch other than one, fold like those that fix everything. */
class OpenShapesTest {
    private static final Dimension BATCH = Dimension.named("batch");

    static Stream<String> names() {
        return IslandGoldens.all().keySet().stream();
    }

    // A view and a step of two know the extents that they were made for.
    static Stream<String> namesOfAnySize() {
        return names().filter(name -> !name.startsWith("shuffle") && !name.startsWith("focus"));
    }

    private static Graph withInput(Graph graph, List<Dimension> dimensions) {
        Value input = new Value(graph.inputs().get(0).name(), DType.FLOAT32, dimensions);
        return graph.with(List.of(input), graph.outputs(), graph.nodes(), graph.constants());
    }

    private static List<Dimension> dimensions(Shape shape) {
        return new ArrayList<>(shape.extents().stream().map(Dimension::fixed).toList());
    }

    private static Tensor normal(Shape shape) {
        RandomGenerator random = new SplittableRandom(shape.size());
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(shape, values);
    }

    private static void expectExact(IslandCheck check, Shape input) {
        Deviations deviations = check.deviations(normal(input));
        assertThat(deviations.border()).as("border at %s", input).isLessThanOrEqualTo(1e-13);
        assertThat(deviations.interior()).as("interior at %s", input).isLessThanOrEqualTo(1e-13);
    }

    private static List<String> folded(IslandCheck check) {
        return check.exact().nodes().stream().map(Node::op).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void foldsWithAnOpenBatch(String name) {
        Golden golden = IslandGoldens.named(name);
        List<Dimension> dimensions = dimensions(golden.x().shape());
        dimensions.set(0, BATCH);
        IslandCheck check = new IslandCheck(withInput(golden.training(), dimensions));
        assertThat(folded(check)).isEqualTo(folded(new IslandCheck(golden.training())));
        expectExact(check, golden.x().shape());
        expectExact(check, golden.x().shape().with(0, 3));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void foldsABatchOfFour(String name) {
        Golden golden = IslandGoldens.named(name);
        Shape four = golden.x().shape().with(0, 4);
        IslandCheck check = new IslandCheck(withInput(golden.training(), dimensions(four)));
        assertThat(folded(check)).isEqualTo(folded(new IslandCheck(golden.training())));
        expectExact(check, four);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("namesOfAnySize")
    void staysExactWhateverTheOpenSize(String name) {
        Golden golden = IslandGoldens.named(name);
        List<Dimension> dimensions = dimensions(golden.x().shape());
        dimensions.set(0, BATCH);
        for (int axis = 2; axis < dimensions.size(); axis++) {
            dimensions.set(axis, Dimension.named("size" + axis));
        }
        Graph open = withInput(golden.training(), dimensions);
        IslandCheck check = new IslandCheck(open);
        Shape shape = golden.x().shape();
        expectExact(check, shape);
        if (shape.rank() == 4) {
            expectExact(check, Shape.of(3, shape.extent(1), 16, 19));
        }
        FoldReport report = FoldAudit.measure(GraphFolder.fold(open), 7).report();
        assertThat(report.compositionError()).isLessThanOrEqualTo(FoldAudit.TOLERANCE);
    }

    private final TrainingForms forms = new TrainingForms(21, Shape.of(1, 4, 8, 8));

    private String conv(String name, String x, int size, Map<String, Attribute> attributes) {
        return forms.conv(name, x, forms.normal(4, 4, size, size), Optional.empty(), attributes);
    }

    private Graph open(Graph graph) {
        return withInput(
                graph, List.of(BATCH, Dimension.fixed(4), Dimension.named("height"), Dimension.named("width")));
    }

    @Test
    void declinesASumWhoseSizesAgreeForSomeInputSizesOnly() {
        String pool = forms.builder()
                .add(
                        "AveragePool",
                        "pool",
                        List.of("image"),
                        Map.of("kernel_shape", Attribute.ints(2, 2), "strides", Attribute.ints(2, 2)));
        String conv = conv("conv", "image", 3, TrainingForms.attributes(2, 1, 1, List.of(1, 1, 1, 1)));
        Graph fixed = forms.build(forms.builder().add("Add", "sum", List.of(pool, conv)));
        assertThat(IslandPlan.of(GraphFacts.of(fixed), CostSource.GENERIC).islands())
                .hasSize(1);
        IslandPlan plan = IslandPlan.of(GraphFacts.of(open(fixed)), CostSource.GENERIC);
        assertThat(plan.islands()).isEmpty();
        assertThat(plan.declined())
                .extracting(Declined::reason)
                .containsExactly(
                        "Add sum joins branches that have one size for some input sizes only; export with a fixed "
                                + "input size.");
    }

    @Test
    void declinesAPaddingThatDependsOnAnOpenSize() {
        String first = conv("first", "image", 1, TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0)));
        Map<String, Attribute> same = Map.of("auto_pad", Attribute.of("SAME_UPPER"), "strides", Attribute.ints(2, 2));
        Graph fixed = forms.build(conv("second", first, 3, same));
        assertThat(IslandPlan.of(GraphFacts.of(fixed), CostSource.GENERIC).islands())
                .hasSize(1);
        assertThat(IslandPlan.of(GraphFacts.of(open(fixed)), CostSource.GENERIC).islands())
                .isEmpty();
    }

    @Test
    void foldsAPaddingThatIsTheSameForEveryOpenSize() {
        String first = conv("first", "image", 1, TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0)));
        Graph open = open(forms.build(conv("second", first, 3, Map.of("auto_pad", Attribute.of("SAME_LOWER")))));
        IslandCheck check = new IslandCheck(open);
        assertThat(folded(check)).containsExactly("Conv");
        expectExact(check, Shape.of(2, 4, 9, 6));
    }

    /** As the TorchScript-based exporter writes {@code x.view(x.size(0), -1)}. */
    private Graph head(String pool) {
        String norm = forms.batchNorm("norm", "image", 4);
        String pooled = pool.equals("GlobalAveragePool")
                ? forms.builder().add(pool, "pool", List.of(norm))
                : forms.builder().add(pool, "pool", List.of(norm), Map.of("kernel_shape", Attribute.ints(2, 2)));
        String shape = forms.builder().add("Shape", "shape", List.of(pooled));
        String zero = forms.builder().constant("zero", Tensor.ofLongs(Shape.of(), 0));
        String batch = forms.builder().add("Gather", "batch", List.of(shape, zero));
        String axes = forms.builder().constant("axes", Tensor.ofLongs(Shape.of(1), 0));
        String row = forms.builder().add("Unsqueeze", "row", List.of(batch, axes));
        String rest = forms.builder().constant("rest", Tensor.ofLongs(Shape.of(1), -1));
        String target = forms.builder().add("Concat", "target", List.of(row, rest), Map.of("axis", Attribute.of(0)));
        String flat = forms.builder().add("Reshape", "flat", List.of(pooled, target));
        String weight = forms.builder().constant("weight", forms.normal(4, 5));
        return forms.build(forms.builder().add("Gemm", "head", List.of(flat, weight)));
    }

    @Test
    void foldsAHeadWhoseViewComputesItsTarget() {
        Graph training = ShapePrograms.withConstantShapes(open(head("GlobalAveragePool")));
        assertThat(training.nodes()).extracting(Node::op).doesNotContain("Shape", "Gather", "Concat");
        IslandCheck check = new IslandCheck(training);
        assertThat(folded(check)).containsExactly("GlobalAveragePool", "Reshape", "Gemm");
        expectExact(check, Shape.of(3, 4, 5, 6));
    }

    @Test
    void keepsAViewOfSeveralPositionsForAnotherSizeHasMore() {
        IslandCheck check = new IslandCheck(ShapePrograms.withConstantShapes(open(head("MaxPool"))));
        assertThat(check.plan().islands()).isEmpty();
    }

    @Test
    void keepsATargetOfWhichTwoExtentsAreOpen() {
        String shape = forms.builder().add("Shape", "shape", List.of("image"));
        String order = forms.builder().constant("order", Tensor.ofLongs(Shape.of(4), 0, 2, 3, 1));
        String target = forms.builder().add("Gather", "target", List.of(shape, order));
        Graph training = open(forms.build(forms.builder().add("Reshape", "view", List.of("image", target))));
        assertThat(ShapePrograms.withConstantShapes(training).nodes())
                .extracting(Node::op)
                .containsExactly("Shape", "Gather", "Reshape");
    }

    @Test
    void keepsAShapeProgramThatSomeoneElseReads() {
        String shape = forms.builder().add("Shape", "shape", List.of("image"));
        Graph training = open(forms.build(forms.builder().add("Reshape", "view", List.of("image", shape)), shape));
        Graph settled = ShapePrograms.withConstantShapes(training);
        assertThat(settled.nodes()).extracting(Node::op).containsExactly("Shape", "Reshape");
        assertThat(settled.constant("view.shape").orElseThrow().toLongs()).containsExactly(0, 4, 0, 0);
    }
}
