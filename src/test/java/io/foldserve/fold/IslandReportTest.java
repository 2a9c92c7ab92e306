package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.IslandGoldens.Golden;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.InexactFoldException;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.Size;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the published systems fold to, what the report says of them, and that ONNX Runtime computes the same. */
class IslandReportTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ACNet, stride 1, groups 1 | Conv 6×4×3×3",
                "ACNet, stride 2, groups 2 | Conv 6×2×3×3",
                "ACNet, biased 5x5 | Conv 4×3×5×5",
                "RepVGG, groups 1, identity | Conv 4×4×3×3",
                "RepVGG, groups 2, identity | Conv 4×2×3×3",
                "RepVGG, stride 2 | Conv 6×4×3×3",
                "QARepVGG | Conv 4×4×3×3",
                "MobileOne, depthwise | Conv 4×1×3×3",
                "MobileOne, pointwise | Conv 4×4×1×1",
                "RepMixer with layer scale | Conv 4×1×3×3",
                "RepLKNet | Conv 3×1×11×11",
                "UniRepLKNet | Conv 3×1×9×9",
                "DBB | Conv 6×4×3×3",
                "DBB, grouped, stride 2, 5x5 | Conv 6×2×5×5",
                "ExpandNet-CL | Conv 4×3×3×3",
                "ExpandNet-CL, stride 2 | Conv 4×3×3×3",
                "ExpandNet-CL, depthwise | Conv 4×1×3×3",
                "ExpandNet-CK | Conv 4×3×7×7",
                "ExpandNet-FC | Gemm 3×5",
                "batch norm before a convolution without padding | Conv 5×4×3×3",
                "padding before a convolution | Conv 5×4×3×3",
                "concatenation of equal geometry | Conv 9×3×3×3",
                "classifier head | GlobalAveragePool Flatten Gemm 5×6",
                "classifier head with vector norms | GlobalAveragePool Flatten Gemm 5×6",
                "batch norm before a padded convolution | BatchNormalization Conv 5×4×3×3",
                "padded 3x3 after padded 3x3 | Conv 4×3×3×3 Conv 3×4×3×3",
                "average without its padding | Conv 3×3×1×1 AveragePool",
            })
    void foldsTo(String name, String expected) {
        assertThat(written(
                        GraphFolder.fold(IslandGoldens.named(name).training()).graph()))
                .isEqualTo(expected);
    }

    private static String written(Graph graph) {
        Stream<String> nodes = graph.nodes().stream()
                .map(node -> Operators.isLinear(node)
                        ? node.op() + " "
                                + graph.constant(node.inputs().get(1))
                                        .orElseThrow()
                                        .shape()
                        : node.op());
        return String.join(" ", nodes.toList());
    }

    static Stream<String> names() {
        return IslandGoldens.all().keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void runsInOnnxRuntimeWithinTheBoundOfFloat32(String name) {
        Golden golden = IslandGoldens.named(name);
        Graph folded = GraphFolder.fold(golden.training()).graph();
        double[] exact = golden.y().toDoubles();
        double scale = 0;
        for (double y : exact) {
            scale = Math.max(scale, Math.abs(y));
        }
        try (ModelSession session = ModelSession.open(folded, new SessionSettings(1, false, false))) {
            double[] found = session.run(Map.of("image", golden.x()))
                    .values()
                    .iterator()
                    .next()
                    .toDoubles();
            assertThat(found).hasSameSizeAs(exact);
            for (int i = 0; i < exact.length; i++) {
                assertThat(Math.abs(found[i] - exact[i])).isLessThanOrEqualTo(64 * 0x1p-24 * (scale + 1));
            }
        }
    }

    @Test
    void reportsWhatABlockWasMadeOf() {
        Graph training = IslandGoldens.named("RepVGG, groups 2, identity").training();
        Folded folded = FoldAudit.measure(GraphFolder.fold(training), 11);

        assertThat(folded.report().layers()).singleElement().satisfies(layer -> {
            assertThat(layer.name()).isEqualTo("branch0.conv");
            assertThat(layer.rules()).containsExactly("batch-norm", "batch-norm", "sum", "lift", "sum");
            assertThat(layer.kernelBefore()).containsExactly(4, 2, 3, 3);
            assertThat(layer.kernelAfter()).containsExactly(4, 2, 3, 3);
            assertThat(layer.epsilons()).containsExactly(1e-5, 1e-5, 1e-5);
            assertThat(layer.keys()).contains("branch1.conv.weight", "identity.running_var");
            assertThat(layer.before()).isEqualTo(new Size(4 * 2 * 9 + 4 * 2 + 3 * 4 * 4, 8 * 7 * 4 * 2 * 10));
            assertThat(layer.after()).isEqualTo(new Size(4 * 2 * 9 + 4, 8 * 7 * 4 * 2 * 9));
            LayerErrors errors = layer.errors().orElseThrow();
            assertThat(errors.border().positions()).isPositive();
            assertThat(errors.interior().positions()).isPositive();
            assertThat(errors.composition()).isLessThan(1e-14);
            assertThat(errors.rounding()).isBetween(1e-10, 0x1p-23);
            assertThat(errors.cancellation()).isBetween(1.0, 10.0);
        });
        assertThat(folded.report().layersByRule()).containsEntry("sum", 1).containsEntry("lift", 1);
        assertThat(folded.report().training())
                .isEqualTo(folded.report().layers().get(0).before());
    }

    @Test
    void refusesAnIslandThatIsNotExact() {
        Graph training = IslandGoldens.named("DBB").training();
        Folded folded = GraphFolder.fold(training);
        Map<String, Tensor> constants = new LinkedHashMap<>(folded.graph().constants());
        constants.replaceAll((name, tensor) -> nudged(tensor));
        Graph wrong = new Graph(
                folded.graph().name(),
                folded.graph().opset(),
                folded.graph().inputs(),
                folded.graph().outputs(),
                folded.graph().nodes(),
                constants);

        assertThatThrownBy(() -> FoldAudit.measure(folded.with(wrong), 3))
                .isInstanceOf(InexactFoldException.class)
                .hasMessageContaining("origin.conv");
    }

    private static Tensor nudged(Tensor tensor) {
        float[] values = tensor.toFloats();
        values[0] += 1e-3f;
        return Tensor.ofFloats(tensor.shape(), values);
    }

    @Test
    void foldsAKernelThatIsAWeightProgramInsideAnIsland() {
        TrainingForms forms = new TrainingForms(12, Shape.of(1, 3, 7, 7));
        Map<String, Attribute> padded = TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1));
        String a = forms.doConv("a", "image", Shape.of(4, 3, 3, 3), 9, Optional.empty(), padded);
        String b = forms.doConv("b", "image", Shape.of(4, 3, 3, 3), 13, Optional.empty(), padded);
        forms.builder().add("Add", "sum", List.of(forms.batchNorm("bn", a, 4), b));
        Graph training = forms.build("sum");
        IslandCheck check = new IslandCheck(training);

        assertThat(check.exact().nodes()).extracting(Node::op).containsExactly("Conv");
        assertThat(check.deviations(forms.normal(1, 3, 7, 7)).largest()).isLessThan(1e-13);
        assertThat(Evaluator.evaluate(check.exact(), Map.of("image", forms.normal(1, 3, 7, 7))))
                .containsOnlyKeys("sum");
        LayerReport layer = GraphFolder.fold(training).report().layers().get(0);
        assertThat(layer.rules()).containsExactly("batch-norm", "sum");
        assertThat(layer.keys()).contains("a.W", "a.D", "b.d_diag");
    }
}
