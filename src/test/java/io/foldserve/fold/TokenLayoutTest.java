package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.search.IslandPlan;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Fully connected layers on tokens, and affine maps on the other side of a transposition or view. */
class TokenLayoutTest {
    private static final Shape IMAGE = Shape.of(1, 8, 12, 11);
    private static final Shape TOKENS = Shape.of(1, 40, 8);

    private final TrainingForms image = new TrainingForms(31, IMAGE);
    private final TrainingForms tokens = new TrainingForms(32, TOKENS);

    private static String transpose(TrainingForms forms, String name, String x, long... order) {
        return forms.builder().add("Transpose", name, List.of(x), Map.of("perm", Attribute.ints(order)));
    }

    private static String reshape(TrainingForms forms, String name, String x, long... target) {
        String to = forms.builder().constant(name + ".to", Tensor.ofLongs(Shape.of(target.length), target));
        return forms.builder().add("Reshape", name, List.of(x, to));
    }

    private static String matMul(TrainingForms forms, String name, String x, int inputs, int outputs) {
        String weight = forms.builder().constant(name + ".matrix", forms.normal(inputs, outputs));
        return forms.builder().add("MatMul", name, List.of(x, weight));
    }

    private static String with(TrainingForms forms, String op, String name, String x, int... extents) {
        String value = forms.builder().constant(name + ".value", forms.normal(extents));
        return forms.builder().add(op, name, List.of(value, x));
    }

    /** The operators that remain, after checking that they compute the same: in float64, and in ONNX Runtime. */
    private static List<String> folded(TrainingForms forms, Graph training, Shape input) {
        Tensor x = forms.normal(input.toArray());
        IslandCheck check = new IslandCheck(training);
        assertThat(check.deviations(x).largest()).isLessThanOrEqualTo(1e-13);
        Folded folded = FoldAudit.measure(GraphFolder.fold(training), 5);
        assertThat(folded.report().compositionError()).isLessThanOrEqualTo(FoldAudit.TOLERANCE);
        double[] expected = Evaluator.evaluate(training, Map.of("image", x))
                .values()
                .iterator()
                .next()
                .toDoubles();
        double[] found = run(folded.graph(), x);
        double scale = 1;
        for (double value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(expected[i] - found[i])).isLessThanOrEqualTo(200 * 0x1p-24 * scale);
        }
        assertThat(IslandPlan.of(GraphFacts.of(folded.graph()), CostSource.GENERIC)
                        .islands())
                .isEmpty();
        return folded.graph().nodes().stream().map(Node::op).toList();
    }

    private static double[] run(Graph graph, Tensor x) {
        try (ModelSession session = ModelSession.open(graph, new SessionSettings(1, false, false))) {
            return session.run(Map.of("image", x)).values().iterator().next().toDoubles();
        }
    }

    private static Graph withOpenBatch(Graph graph) {
        Value input = graph.inputs().get(0);
        List<Dimension> dimensions = new ArrayList<>(input.dimensions().orElseThrow());
        dimensions.set(0, Dimension.named("batch"));
        return graph.with(
                List.of(new Value(input.name(), DType.FLOAT32, dimensions)),
                graph.outputs(),
                graph.nodes(),
                graph.constants());
    }

    @Test
    void takesABatchNormIntoTheProductBehindATransposition() {
        String norm = image.batchNorm("norm", "image", 8);
        String y = matMul(image, "linear", transpose(image, "order", norm, 0, 2, 3, 1), 8, 16);
        Graph training = image.build(y);
        assertThat(folded(image, training, IMAGE)).containsExactly("Transpose", "MatMul", "Add");
        assertThat(folded(image, withOpenBatch(training), IMAGE.with(0, 3)))
                .containsExactly("Transpose", "MatMul", "Add");
    }

    @Test
    void takesABatchNormAndAScaleIntoTheProductBeforeATransposition() {
        String x = transpose(image, "there", "image", 0, 2, 3, 1);
        String active = image.builder().add("Relu", "relu", List.of(matMul(image, "wide", x, 8, 32)));
        String y = with(image, "Add", "bias", matMul(image, "linear", active, 32, 8), 8);
        String back = transpose(image, "back", y, 0, 3, 1, 2);
        String scaled = with(image, "Mul", "gamma", image.batchNorm("norm", back, 8), 1, 8, 1, 1);
        assertThat(folded(image, image.build(scaled), IMAGE))
                .containsExactly("Transpose", "MatMul", "Relu", "MatMul", "Add", "Transpose");
    }

    @Test
    void reachesThroughTheViewsOfAnAttention() {
        String norm = image.batchNorm("norm", "image", 8);
        String x = transpose(image, "order", reshape(image, "view", norm, 0, 8, -1), 0, 2, 1);
        String active = image.builder().add("Relu", "relu", List.of(matMul(image, "qkv", x, 8, 24)));
        String y = with(image, "Add", "bias", matMul(image, "proj", active, 24, 8), 8);
        String back = reshape(image, "unview", transpose(image, "back", y, 0, 2, 1), 0, 8, 12, 11);
        Graph training = image.build(with(image, "Mul", "scale", back, 8, 1, 1));
        List<String> expected =
                List.of("Reshape", "Transpose", "MatMul", "Add", "Relu", "MatMul", "Add", "Transpose", "Reshape");
        assertThat(folded(image, training, IMAGE)).isEqualTo(expected);
        assertThat(folded(image, withOpenBatch(training), IMAGE.with(0, 2))).isEqualTo(expected);
    }

    @Test
    void composesProductsOnTokens() {
        String wide = with(tokens, "Add", "first", matMul(tokens, "wide", "image", 8, 32), 32);
        String y = with(tokens, "Add", "second", matMul(tokens, "narrow", wide, 32, 8), 8);
        Graph training = tokens.build(with(tokens, "Mul", "gamma", y, 8));
        assertThat(folded(tokens, training, TOKENS)).containsExactly("MatMul", "Add");
        assertThat(new IslandCheck(training).plan().islands())
                .singleElement()
                .satisfies(island -> assertThat(island.rules()).contains("linear", "post-affine"));
    }

    @Test
    void takesAScaleBeforeAndAfterAProductIn() {
        String before = with(tokens, "Mul", "before", "image", 1, 1, 8);
        String y = with(tokens, "Mul", "after", matMul(tokens, "linear", before, 8, 8), 8);
        assertThat(folded(tokens, tokens.build(y), TOKENS)).containsExactly("MatMul");
    }

    @Test
    void addsProductsOfTheSameTokens() {
        String a = with(tokens, "Add", "first", matMul(tokens, "a", "image", 8, 16), 16);
        String b = with(tokens, "Add", "second", matMul(tokens, "b", "image", 8, 16), 16);
        Graph training = tokens.build(tokens.builder().add("Add", "sum", List.of(a, b)));
        assertThat(folded(tokens, training, TOKENS)).containsExactly("MatMul", "Add");
    }

    @Test
    void averagesTwoHeadsIntoOne() {
        TrainingForms vector = new TrainingForms(33, Shape.of(1, 64));
        String a = with(vector, "Add", "first", matMul(vector, "a", vector.batchNorm("n1", "image", 64), 64, 10), 10);
        String b = with(vector, "Add", "second", matMul(vector, "b", vector.batchNorm("n2", "image", 64), 64, 10), 10);
        String two = vector.builder().constant("two", Tensor.ofFloats(Shape.of(), new float[] {2}));
        String mean =
                vector.builder().add("Div", "mean", List.of(vector.builder().add("Add", "sum", List.of(a, b)), two));
        Graph training = vector.build(mean);
        assertThat(folded(vector, training, Shape.of(1, 64))).containsExactly("Gemm");
        assertThat(folded(vector, withOpenBatch(training), Shape.of(3, 64))).containsExactly("Gemm");
    }

    @Test
    void flattensAPositionForAProductAtAnyBatch() {
        TrainingForms pooled = new TrainingForms(34, Shape.of(1, 8, 5, 5));
        String norm = pooled.batchNorm("norm", "image", 8);
        String mean = pooled.builder().add("GlobalAveragePool", "mean", List.of(norm));
        String row = reshape(pooled, "row", transpose(pooled, "order", mean, 0, 2, 3, 1), -1, 8);
        Graph training = pooled.build(matMul(pooled, "head", row, 8, 5));
        assertThat(folded(pooled, withOpenBatch(training), Shape.of(4, 8, 5, 5)))
                .containsExactly("GlobalAveragePool", "Transpose", "Reshape", "Gemm");
    }

    private static List<String> kept(Graph training) {
        IslandPlan plan = IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC);
        assertThat(plan.islands()).isEmpty();
        return GraphFolder.fold(training).graph().nodes().stream().map(Node::op).toList();
    }

    @Test
    void keepsABatchNormOfTokensForItsChannelsAreNotTheProducts() {
        String y = matMul(tokens, "linear", "image", 8, 16);
        assertThat(kept(tokens.build(tokens.batchNorm("norm", y, 40)))).containsExactly("MatMul", "BatchNormalization");
    }

    @Test
    void keepsAConstantThatVariesOverTokens() {
        String y = with(tokens, "Add", "positions", matMul(tokens, "linear", "image", 8, 16), 40, 16);
        assertThat(kept(tokens.build(with(tokens, "Mul", "gamma", y, 16)))).containsExactly("MatMul", "Add", "Mul");
    }

    @Test
    void keepsAViewThatSplitsTheChannels() {
        String y = matMul(tokens, "linear", "image", 8, 16);
        String heads = transpose(tokens, "order", reshape(tokens, "heads", y, 0, 40, 2, 8), 0, 2, 1, 3);
        assertThat(kept(tokens.build(with(tokens, "Mul", "scale", heads, 8))))
                .containsExactly("MatMul", "Reshape", "Transpose", "Mul");
    }

    @Test
    void keepsATranspositionThatMovesTheChannelsBetweenPositions() {
        String norm = image.batchNorm("norm", "image", 8);
        String y = matMul(image, "linear", transpose(image, "order", norm, 0, 2, 1, 3), 11, 16);
        assertThat(kept(image.build(y))).containsExactly("BatchNormalization", "Transpose", "MatMul");
    }

    @Test
    void keepsAConvolutionBeforeATransposition() {
        Map<String, Attribute> padded = TrainingForms.attributes(1, 1, 8, List.of(1, 1, 1, 1));
        String conv = image.conv("conv", "image", image.normal(8, 1, 3, 3), Optional.empty(), padded);
        String y = matMul(image, "linear", transpose(image, "order", conv, 0, 2, 3, 1), 8, 32);
        assertThat(kept(image.build(y))).containsExactly("Conv", "Transpose", "MatMul");
    }

    @Test
    void keepsWhatSomeoneReadsBetweenNormAndProduct() {
        String norm = image.batchNorm("norm", "image", 8);
        String moved = transpose(image, "order", norm, 0, 2, 3, 1);
        String gate = image.builder().add("Relu", "gate", List.of(moved));
        Graph training = image.build(matMul(image, "linear", moved, 8, 8), gate);
        assertThat(kept(training)).containsExactly("BatchNormalization", "Transpose", "Relu", "MatMul");
    }

    @Test
    void keepsAViewThatKnowsTheNumberOfChannelsInItsPlace() {
        String wide = matMul(tokens, "wide", "image", 8, 32);
        String view = reshape(tokens, "view", wide, 0, 5, 8, 32);
        String y = with(tokens, "Mul", "gamma", view, 32);
        assertThat(folded(tokens, tokens.build(y), TOKENS)).containsExactly("MatMul", "Reshape");
    }
}
