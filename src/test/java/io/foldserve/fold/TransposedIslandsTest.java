package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Transposed convolutions with what is linear around them. */
class TransposedIslandsTest {
    private static final Map<String, Attribute> POINT = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));
    private static final Map<String, Attribute> UP = TrainingForms.attributes(2, 1, 1, List.of(1, 1, 1, 1));

    private final TrainingForms forms = new TrainingForms(12, Shape.of(1, 32, 14, 14));

    private String conv(String name, String x, Shape kernel, Map<String, Attribute> attributes) {
        return forms.conv(name, x, forms.normal(kernel.toArray()), Optional.empty(), attributes);
    }

    private String up(String name, String x, Shape kernel, Map<String, Attribute> attributes) {
        return forms.convTranspose(
                name, x, forms.normal(kernel.toArray()), Optional.of(forms.normal(kernel.extent(1))), attributes);
    }

    private List<String> folded(String output) {
        Graph training = forms.build(output);
        return FoldAudit.measure(GraphFolder.fold(training), 5).graph().nodes().stream()
                .map(Node::op)
                .toList();
    }

    private IslandPlan expectUntouched(String output) {
        IslandPlan plan = IslandPlan.of(GraphFacts.of(forms.build(output)), CostSource.GENERIC);
        assertThat(plan.islands()).isEmpty();
        return plan;
    }

    @Test
    void foldsThePointwiseConvolutionsAroundOne() {
        String x = conv("first", "image", Shape.of(64, 32, 1, 1), POINT);
        String y = up("up", x, Shape.of(64, 64, 4, 4), UP);
        assertThat(folded(conv("last", y, Shape.of(32, 64, 1, 1), POINT))).containsExactly("ConvTranspose");
    }

    @Test
    void foldsASumOfTwoOfOneGeometry() {
        String a = forms.batchNorm("bn", up("a", "image", Shape.of(32, 32, 4, 4), UP), 32);
        String b = up("b", "image", Shape.of(32, 32, 2, 2), TrainingForms.attributes(2, 1, 1, List.of(0, 0, 0, 0)));
        assertThat(folded(forms.builder().add("Add", "sum", List.of(a, b)))).containsExactly("ConvTranspose");
    }

    @Test
    void foldsAScaleAfterOneThatPadsItsOutput() {
        Map<String, Attribute> attributes = new HashMap<>(UP);
        attributes.put("output_padding", Attribute.ints(1, 1));
        String y = up("up", "image", Shape.of(32, 16, 3, 3), attributes);
        String scale = forms.builder().constant("scale", forms.normal(16, 1, 1));
        assertThat(folded(forms.builder().add("Mul", "scaled", List.of(scale, y))))
                .containsExactly("ConvTranspose");
    }

    @Test
    void keepsABiasBeforeOne() {
        String x = forms.batchNorm("bn", "image", 32);
        IslandPlan plan = expectUntouched(up("up", x, Shape.of(32, 32, 4, 4), UP));
        assertThat(plan.declined())
                .filteredOn(declined -> declined.node().equals("up"))
                .singleElement()
                .satisfies(declined -> assertThat(declined.reason()).contains("train without a bias on bn to fold"));
    }

    @Test
    void keepsAKernelOfNeighboursBeforeOne() {
        String x =
                conv("first", "image", Shape.of(32, 32, 3, 3), TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1)));
        expectUntouched(up("up", x, Shape.of(32, 32, 4, 4), UP));
    }

    @Test
    void keepsAConvolutionOfAnotherStrideAfterOne() {
        String y = up("up", "image", Shape.of(32, 32, 4, 4), UP);
        expectUntouched(
                conv("down", y, Shape.of(32, 32, 1, 1), TrainingForms.attributes(2, 1, 1, List.of(0, 0, 0, 0))));
    }

    @Test
    void keepsOneWhosePaddingFollowsFromItsOutput() {
        Map<String, Attribute> same = TrainingForms.attributes(2, 1, 1, List.of(0, 1, 1, 0));
        Map<String, Attribute> attributes = new HashMap<>(same);
        attributes.put("output_shape", Attribute.ints(28, 28));
        String a = up("a", "image", Shape.of(32, 32, 3, 3), attributes);
        forms.builder().constant("scale", forms.normal(32, 1, 1));
        expectUntouched(forms.builder().add("Mul", "scaled", List.of(a, "scale")));
    }
}
