package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.report.ReportWriter;
import io.foldserve.fold.result.DoConvReport;
import io.foldserve.fold.result.DoConvReport.Diagonal;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.InexactFoldException;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.Size;
import io.foldserve.fold.rule.PostAffine;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.KeptOperator;
import io.foldserve.fold.term.Weights;
import io.foldserve.fold.write.IslandGraph;
import io.foldserve.fold.write.IslandNumbers;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Places that fold although they are unusual, and what the report says of them. */
class FoldAcceptsTest {
    private static final Map<String, Attribute> PLAIN = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));

    private final TrainingForms forms = new TrainingForms(3, Shape.of(1, 2, 5, 5));

    private static Folded folded(Graph training) {
        return FoldAudit.measure(GraphFolder.fold(training), 5);
    }

    private static void expectSameAnswers(Graph training, Graph folded, Tensor input) {
        Map<String, Tensor> expected = Evaluator.evaluate(training, Map.of("image", input));
        Map<String, Tensor> found = Evaluator.evaluate(folded, Map.of("image", input));
        assertThat(found.keySet()).containsExactlyElementsOf(expected.keySet());
        expected.forEach((name, tensor) -> {
            double[] want = tensor.toDoubles();
            double[] have = Optional.ofNullable(found.get(name)).orElseThrow().toDoubles();
            assertThat(have).as(name).containsExactly(want, offset(1e-5));
        });
    }

    private String conv(String name, String x) {
        return forms.conv(name, x, forms.normal(4, 2, 3, 3), Optional.empty(), PLAIN);
    }

    @Test
    void foldsTwoBatchNormsInARow() {
        Graph training = forms.build(forms.batchNorm("second", forms.batchNorm("first", conv("conv", "image"), 4), 4));
        Folded folded = folded(training);

        assertThat(folded.graph().nodes())
                .extracting(Node::toString)
                .containsExactly("second = Conv(image, conv.weight, conv.bias)");
        assertThat(folded.report().layers().get(0).rules()).containsExactly("batch-norm", "batch-norm");
        expectSameAnswers(training, folded.graph(), forms.normal(1, 2, 5, 5));
    }

    @Test
    void clonesAKernelThatTwoLayersShare() {
        forms.builder().constant("shared", forms.normal(4, 2, 3, 3));
        forms.builder().add("Conv", "a", List.of("image", "shared"));
        forms.builder().add("Conv", "b", List.of("image", "shared"));
        Graph training = forms.build(forms.batchNorm("bn", "a", 4), "b");
        Graph folded = folded(training).graph();

        assertThat(folded.constants()).containsOnlyKeys("a.weight", "a.bias", "shared");
        assertThat(folded.constant("shared")).isEqualTo(training.constant("shared"));
        expectSameAnswers(training, folded, forms.normal(1, 2, 5, 5));
    }

    @Test
    void namesAFoldedKernelApartFromOneThatIsStillRead() {
        String a = conv("a", "image");
        forms.builder().add("Conv", "b", List.of("image", "a.weight"));
        Graph training = forms.build(forms.batchNorm("bn", a, 4), "b");
        Graph folded = folded(training).graph();

        assertThat(folded.constants()).containsOnlyKeys("a.weight.folded", "a.bias", "a.weight");
        expectSameAnswers(training, folded, forms.normal(1, 2, 5, 5));
    }

    @Test
    void foldsLayersThatShareOneBatchNormsStatistics() {
        String first = forms.batchNorm("bn", conv("a", "image"), 4);
        String second = forms.builder()
                .add(
                        "BatchNormalization",
                        "again",
                        List.of(conv("b", "image"), "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"));
        String active = forms.builder().add("Relu", "relu", List.of(first));
        Graph training = forms.build(forms.builder().add("Add", "sum", List.of(active, second)));
        Graph folded = folded(training).graph();

        assertThat(folded.nodes()).extracting(Node::op).containsExactly("Conv", "Conv", "Relu", "Add");
        expectSameAnswers(training, folded, forms.normal(1, 2, 5, 5));
    }

    @Test
    void foldsAMatrixProductItsBiasAndItsBatchNorm() {
        TrainingForms rows = new TrainingForms(6, Shape.of(1, 5));
        rows.builder().constant("fc.weight", rows.normal(5, 3));
        rows.builder().constant("fc.bias", rows.normal(3));
        rows.builder().add("MatMul", "fc", List.of("image", "fc.weight"));
        rows.builder().add("Add", "sum", List.of("fc.bias", "fc"));
        Graph training = rows.build(rows.batchNorm("bn", "sum", 3));
        Folded folded = folded(training);

        assertThat(folded.graph().nodes())
                .extracting(Node::toString)
                .containsExactly("bn = Gemm(image, fc.weight, fc.bias)");
        assertThat(folded.report().layers().get(0).rules()).containsExactly("bias", "batch-norm");
        expectSameAnswers(training, folded.graph(), rows.normal(1, 5));
    }

    @Test
    void foldsAGemmWithFactorsAndAScalarBias() {
        TrainingForms rows = new TrainingForms(6, Shape.of(2, 5));
        rows.builder().constant("fc.weight", rows.normal(5, 3));
        rows.builder().constant("c", rows.normal(1));
        rows.builder()
                .add(
                        "Gemm",
                        "fc",
                        List.of("image", "fc.weight", "c"),
                        Map.of("alpha", Attribute.of(0.5), "beta", Attribute.of(-3.0)));
        Graph training = rows.build(rows.batchNorm("bn", "fc", 3));
        Graph folded = folded(training).graph();

        assertThat(folded.nodes()).singleElement().satisfies(node -> assertThat(node.attributes())
                .isEmpty());
        expectSameAnswers(training, folded, rows.normal(2, 5));
    }

    @Test
    void leavesOutADropoutWhoseModeIsAConstantFalse() {
        forms.builder().constant("ratio", Tensor.ofFloats(Shape.of(), 0.5f));
        forms.builder().constant("mode", Tensor.ofBytes(DType.BOOL, Shape.of(), ByteBuffer.wrap(new byte[1])));
        String y = forms.builder().add("Dropout", "drop", List.of(conv("conv", "image"), "ratio", "mode"));
        assertThat(GraphFolder.fold(forms.build(forms.batchNorm("bn", y, 4)))
                        .graph()
                        .nodes())
                .extracting(Node::toString)
                .containsExactly("bn = Conv(image, conv.weight, conv.bias)");
    }

    @Test
    void keepsAWeightProgramThatSomeoneElseReads() {
        String y = forms.doConv("conv", "image", Shape.of(4, 2, 3, 3), 9, Optional.empty(), PLAIN);
        forms.builder().add("ReduceMean", "mean", List.of("conv/kernel"));
        forms.builder().add("Relu", "relu", List.of(y));
        forms.builder().add("Add", "sum", List.of("relu", "mean"));
        Graph training = forms.build("sum");
        Graph folded = GraphFolder.fold(training).graph();

        assertThat(folded.nodes())
                .extracting(Node::name)
                .containsExactly("conv/D", "conv/W", "conv/kernel", "mean", "conv", "relu", "sum");
        assertThat(folded.constants())
                .containsOnlyKeys("conv.D", "conv.d_diag", "conv.W", "conv/W.shape", "conv.weight");
        expectSameAnswers(training, folded, forms.normal(1, 2, 5, 5));
    }

    @Test
    void evaluatesAnyProgramOfConstants() {
        forms.builder().constant("conv.weight", forms.normal(4, 2, 3, 3));
        forms.builder().constant("mask", forms.uniform(0, 1, 2, 3, 3));
        forms.builder().add("Mul", "conv/masked", List.of("conv.weight", "mask"));
        Graph training = forms.build(forms.builder().add("Conv", "conv", List.of("image", "conv/masked")));
        Folded folded = folded(training);

        assertThat(folded.graph().nodes())
                .extracting(Node::toString)
                .containsExactly("conv = Conv(image, conv.weight)");
        assertThat(folded.report().layers().get(0).rules()).containsExactly("weight-program");
        assertThat(folded.report().layers().get(0).keys()).containsExactly("conv.weight", "mask");
        expectSameAnswers(training, folded.graph(), forms.normal(1, 2, 5, 5));
    }

    @Test
    void roundsHalfPrecisionAndDoubleConstantsOnceToFloat32() {
        Tensor doubles = Tensor.ofDoubles(Shape.of(1, 2, 1, 1), 1 + 0x1p-24, 1 + 0x1.8p-24);
        String y = forms.conv("conv", "image", doubles, Optional.empty(), PLAIN);
        Graph folded = GraphFolder.fold(forms.build(y)).graph();

        assertThat(folded.constant("conv.weight")).contains(Tensor.ofFloats(Shape.of(1, 2, 1, 1), 1f, 1 + 0x1p-23f));
    }

    @Test
    void reportsADoConvLayer() {
        Map<String, Attribute> grouped = TrainingForms.attributes(1, 1, 2, List.of(1, 1, 1, 1));
        String y = forms.doConv("conv", "image", Shape.of(6, 1, 3, 3), 13, Optional.empty(), grouped);
        Folded folded = folded(forms.build(forms.batchNorm("bn", y, 6)));
        LayerReport layer = folded.report().layers().get(0);

        assertThat(layer.rules()).containsExactly("do-conv", "batch-norm");
        assertThat(layer.doConv())
                .contains(new DoConvReport(List.of(6, 1, 13), List.of(2, 9, 13), 13, Diagonal.TILED_IDENTITY));
        assertThat(layer.groups()).isEqualTo(2);
        assertThat(layer.kernelAfter()).containsExactly(6, 1, 3, 3);
        assertThat(layer.before()).isEqualTo(new Size(6 * 13 + 2 * 2 * 9 * 13 + 4 * 6, 25 * 54 + 54 * 13));
        assertThat(layer.after()).isEqualTo(new Size(54 + 6, 25 * 54));
        assertThat(layer.epsilons()).containsExactly(1e-5);
        assertThat(layer.errorBound()).isBetween(11 * 0x1p-24, 11.001 * 0x1p-24);
        assertThat(layer.keys())
                .containsExactly(
                        "conv.D", "conv.d_diag", "conv.W", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var");
    }

    @Test
    void saysWhenADiagonalIsNotTheTiledIdentity() {
        forms.builder().constant("conv.W", forms.normal(4, 2, 9));
        forms.builder().constant("conv.D", forms.normal(2, 9, 9));
        forms.builder().constant("conv.d_diag", forms.normal(2, 9, 9));
        String y = forms.doConv(
                "conv", "image", Shape.of(4, 2, 3, 3), 1, "conv.W", "conv.D", "conv.d_diag", Optional.empty(), PLAIN);
        assertThat(folded(forms.build(y)).report().layers().get(0).doConv())
                .map(DoConvReport::diagonal)
                .contains(Diagonal.OTHER);
    }

    @Test
    void anAuditRefusesAGraphThatWasChanged() {
        Graph training = forms.build(forms.batchNorm("bn", conv("conv", "image"), 4));
        Folded folded = GraphFolder.fold(training);
        Graph graph = folded.graph();
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        constants.put("conv.bias", forms.normal(4));
        Graph changed = new Graph("net", graph.opset(), graph.inputs(), graph.outputs(), graph.nodes(), constants);

        assertThatThrownBy(() -> FoldAudit.measure(folded.with(changed), 1))
                .isInstanceOf(InexactFoldException.class)
                .hasMessageContaining("folding net is not exact: conv ([batch-norm])");
    }

    // Forgets the running mean.
    private static Island wrong(Island right, Graph training) {
        double[] shift = training.constant("bn.bias").orElseThrow().toDoubles();
        double[] ones = new double[shift.length];
        Arrays.fill(ones, 1);
        KeptOperator kept = right.kept().orElseThrow();
        Weights weights = new Weights(ones, shift);
        KeptOperator wrong =
                kept.with(true, () -> PostAffine.scale(weights, kept.weights().get()));
        return new Island(
                right.value(),
                right.form(),
                List.of(),
                List.of("wrong"),
                right.principal(),
                Optional.empty(),
                Optional.of(wrong));
    }

    @Test
    void anAuditRefusesTheResultOfAWrongRule() {
        Graph training = forms.build(forms.batchNorm("bn", conv("conv", "image"), 4));
        GraphFacts facts = GraphFacts.of(training);
        IslandPlan right = IslandPlan.of(facts, CostSource.GENERIC);
        Island wrong = wrong(right.islands().get(0), training);
        IslandPlan plan = new IslandPlan(List.of(wrong), List.of(), List.of());
        IslandGraph islands = IslandGraph.of(facts, plan.islands(), IslandNumbers.ROUNDED);
        FoldReport report = ReportWriter.of(facts, facts, plan, islands.facts());
        Folded folded = new Folded(islands.graph(), report, facts, plan, islands.names());

        assertThatThrownBy(() -> FoldAudit.measure(folded, 1))
                .isInstanceOf(InexactFoldException.class)
                .hasMessageContaining("conv ([wrong]) differs from its training form");
    }
}
