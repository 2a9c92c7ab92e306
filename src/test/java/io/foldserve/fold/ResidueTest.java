package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.result.LayerReport;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A padding by what a batch norm makes of zero, written as subtract it, pad with zeros, add it. */
class ResidueTest {
    private static final int CHANNELS = 4;
    private static final float EPSILON = 1e-5f;

    private final TrainingForms forms = new TrainingForms(41, Shape.of(1, CHANNELS, 9, 8));
    private final Tensor gamma = forms.normal(CHANNELS);
    private final Tensor beta = forms.normal(CHANNELS);
    private final Tensor mean = forms.normal(CHANNELS);
    private final Tensor variance = forms.uniform(0.2, 2, CHANNELS);

    /** β − γ/√(σ²+ε)·μ, each operation rounded to float32 as PyTorch does, and more added to it. */
    private Tensor atZero(double more) {
        float[] values = new float[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
            float root = (float) Math.sqrt((float) variance.toDoubles()[c] + EPSILON);
            float scale = (float) gamma.toDoubles()[c] / root;
            float product = scale * (float) mean.toDoubles()[c];
            values[c] = (float) ((float) beta.toDoubles()[c] - product + more);
        }
        return Tensor.ofFloats(Shape.of(1, CHANNELS, 1, 1), values);
    }

    private Graph network(Optional<Tensor> inner, Tensor subtracted, Tensor added) {
        Map<String, Attribute> point = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));
        String x = forms.conv("first", "image", forms.normal(CHANNELS, CHANNELS, 1, 1), inner, point);
        String norm = forms.batchNorm("bn", x, EPSILON, List.of(gamma, beta, mean, variance));
        String less = forms.builder().constant("less", subtracted);
        String more = subtracted.equals(added) ? less : forms.builder().constant("more", added);
        String pads = forms.builder().constant("pads", Tensor.ofLongs(Shape.of(8), 0, 0, 1, 1, 0, 0, 1, 1));
        String shifted = forms.builder().add("Sub", "sub", List.of(norm, less));
        String padded = forms.builder().add("Pad", "pad", List.of(shifted, pads));
        String back = forms.builder().add("Add", "add", List.of(padded, more));
        Tensor kernel = forms.normal(CHANNELS, CHANNELS, 3, 3);
        return forms.build(forms.conv("second", back, kernel, Optional.empty(), point));
    }

    private static List<String> rules(Folded folded) {
        return folded.report().layers().stream()
                .map(LayerReport::rules)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void whatIsAsSmallAsTheRoundingOfItsConstantsIsNotRepaired() {
        Tensor value = atZero(0);

        Folded folded = FoldAudit.measure(GraphFolder.fold(network(Optional.empty(), value, value)), 3);

        assertThat(folded.graph().nodes()).extracting(Node::op).containsExactly("Conv");
        assertThat(rules(folded)).contains("residue").doesNotContain("border");
        assertThat(folded.report().compositionError()).isLessThanOrEqualTo(FoldAudit.TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-4, -1e-4, 3e-6})
    void aBorderThatIsMoreThanRoundingIsRepairedOrStays(double more) {
        Tensor value = atZero(more);

        Folded folded = FoldAudit.measure(GraphFolder.fold(network(Optional.empty(), value, value)), 3);

        assertThat(folded.graph().nodes()).hasSizeGreaterThan(1);
        assertThat(rules(folded)).doesNotContain("residue");
    }

    @Test
    void anOffsetBeforeTheBatchNormIsNoResidue() {
        Tensor value = atZero(0);
        Tensor bias = Tensor.ofFloats(Shape.of(CHANNELS), 1e-3f, 1e-3f, 1e-3f, 1e-3f);

        Folded folded = FoldAudit.measure(GraphFolder.fold(network(Optional.of(bias), value, value)), 3);

        assertThat(rules(folded)).doesNotContain("residue");
    }

    @Test
    void anotherConstantAddedBehindThePaddingIsNoResidue() {
        Folded folded = FoldAudit.measure(GraphFolder.fold(network(Optional.empty(), atZero(0), atZero(0.5))), 3);

        assertThat(rules(folded)).doesNotContain("residue");
    }
}
