package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.fold.result.InexactFoldException;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The audit of an operator that the fold leaves in its place: it misses no number that is wrong. */
class RegionAuditTest {
    private static final Attribute SPREAD = Attribute.ints(2, 2);

    private final TrainingForms forms = new TrainingForms(11, Shape.of(1, 4, 12, 11));

    private Graph normed(String layer, int outputs) {
        return forms.build(forms.batchNorm("bn", layer, outputs));
    }

    /** Each number of the layer, changed alone, makes the audit fail, and it passes as folded. */
    private static void missesNothing(Graph training) {
        Folded folded = GraphFolder.fold(training);
        assertThatCode(() -> FoldAudit.measure(folded, 3)).doesNotThrowAnyException();
        Node layer = folded.graph().nodes().get(0);
        for (String constant : layer.inputs().subList(1, layer.inputs().size())) {
            Tensor right = folded.graph().constant(constant).orElseThrow();
            for (int i = 0; i < right.shape().size(); i++) {
                Folded wrong = folded.with(with(folded.graph(), constant, changed(right, i)));
                assertThatThrownBy(() -> FoldAudit.measure(wrong, 3))
                        .as("%s, element %d", constant, i)
                        .isInstanceOf(InexactFoldException.class);
            }
        }
    }

    private static Tensor changed(Tensor right, int element) {
        float[] values = right.toFloats();
        values[element] += 0.001f;
        return Tensor.ofFloats(right.shape(), values);
    }

    private static Graph with(Graph graph, String name, Tensor tensor) {
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        constants.put(name, tensor);
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), graph.nodes(), constants);
    }

    @Test
    void missesNoNumberOfAConvolutionOfGroups() {
        Map<String, Attribute> attributes =
                Map.of("group", Attribute.of(2), "strides", SPREAD, "pads", Attribute.ints(1, 1, 1, 1));
        String conv = forms.conv("conv", "image", forms.normal(6, 2, 3, 3), Optional.empty(), attributes);
        missesNothing(normed(conv, 6));
    }

    @Test
    void missesNoNumberOfADilatedConvolution() {
        Map<String, Attribute> attributes = Map.of("dilations", SPREAD, "pads", Attribute.ints(2, 1, 2, 3));
        String conv = forms.conv("conv", "image", forms.normal(2, 4, 3, 3), Optional.empty(), attributes);
        missesNothing(normed(conv, 2));
    }

    @Test
    void missesNoNumberOfADilationWiderThanItsInput() {
        Map<String, Attribute> attributes =
                Map.of("dilations", Attribute.ints(9, 9), "pads", Attribute.ints(9, 9, 9, 9));
        String conv = forms.conv("conv", "image", forms.normal(2, 4, 3, 3), Optional.empty(), attributes);
        missesNothing(normed(conv, 2));
    }

    @Test
    void missesNoNumberOfAConvolutionThatPadsToTheSameExtents() {
        Map<String, Attribute> attributes = Map.of("auto_pad", Attribute.of("SAME_UPPER"), "strides", SPREAD);
        String conv = forms.conv("conv", "image", forms.normal(2, 4, 3, 4), Optional.empty(), attributes);
        missesNothing(normed(conv, 2));
    }

    @Test
    void missesNoNumberOfATransposedConvolutionOfGroups() {
        Map<String, Attribute> attributes = Map.of(
                "group", Attribute.of(2),
                "strides", SPREAD,
                "dilations", Attribute.ints(1, 2),
                "pads", Attribute.ints(1, 0, 1, 2),
                "output_padding", Attribute.ints(1, 0));
        String conv = forms.convTranspose("conv", "image", forms.normal(4, 3, 3, 2), Optional.empty(), attributes);
        missesNothing(normed(conv, 6));
    }

    @Test
    void missesNoNumberOfADoConvOfGroups() {
        Map<String, Attribute> attributes = Map.of("group", Attribute.of(2), "pads", Attribute.ints(1, 1, 1, 1));
        missesNothing(normed(forms.doConv("conv", "image", Shape.of(4, 2, 3, 3), 9, Optional.empty(), attributes), 4));
    }

    @Test
    void missesNoNumberOfAFullyConnectedLayer() {
        TrainingForms vector = new TrainingForms(11, Shape.of(1, 4));
        String weight = vector.builder().constant("fc.weight", vector.normal(4, 3));
        String bias = vector.builder().constant("fc.bias", vector.normal(1, 3));
        Map<String, Attribute> factors = Map.of("alpha", Attribute.of(0.5), "beta", Attribute.of(3.0));
        String fc = vector.builder().add("Gemm", "fc", List.of("image", weight, bias), factors);
        missesNothing(vector.build(vector.batchNorm("bn", fc, 3)));
    }
}
