package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.report.NodeReports;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.FoldStep;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.NodeReport;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The network before and after, step by step. */
class FoldStepsTest {
    private static List<String> names(List<NodeReport> nodes) {
        return nodes.stream().map(NodeReport::name).toList();
    }

    private static List<FoldStep> steps(Graph training) {
        return GraphFolder.fold(training).report().steps();
    }

    @Test
    void aLayerStandsBesideItsKernelsProgramAndItsBatchNorm() {
        TrainingForms forms = new TrainingForms(21, Shape.of(1, 4, 8, 8));
        Map<String, Attribute> strided = TrainingForms.attributes(2, 1, 2, List.of(1, 1, 0, 0));
        String y = forms.doConv("conv", "image", Shape.of(6, 2, 3, 3), 9, Optional.empty(), strided);
        forms.builder().add("Relu", "relu", List.of(forms.batchNorm("bn", y, 6)));
        List<FoldStep> steps = steps(forms.build("relu"));

        assertThat(steps).hasSize(2);
        FoldStep conv = steps.get(0);
        assertThat(conv.name()).isEqualTo("conv");
        assertThat(conv.unchanged()).isFalse();
        assertThat(names(conv.weights())).containsExactly("conv/D", "conv/W", "conv/kernel", "conv/reshape");
        assertThat(names(conv.training())).containsExactly("conv", "bn");
        assertThat(conv.folded())
                .containsExactly(new NodeReport(
                        "conv",
                        "Conv",
                        List.of(6, 2, 3, 3),
                        List.of(2, 2),
                        List.of(1, 1),
                        List.of(1, 1, 0, 0),
                        2,
                        Optional.of(List.of(1, 6, 4, 4))));
        assertThat(steps.get(1).unchanged()).isTrue();
        assertThat(steps.get(1).name()).isEqualTo("relu");
    }

    @Test
    void anIslandIsOneStep() {
        List<FoldStep> steps = steps(IslandGoldens.named("ExpandNet-CL").training());

        assertThat(steps).singleElement().satisfies(step -> {
            assertThat(step.training()).extracting(NodeReport::operator).containsExactly("Conv", "Conv", "Conv");
            assertThat(step.folded()).extracting(NodeReport::operator).containsExactly("Conv");
            assertThat(step.folded().get(0).kernel()).containsExactly(4, 3, 3, 3);
        });
    }

    @Test
    void whatIsLeftOutHasNothingBesideIt() {
        TrainingForms forms = new TrainingForms(22, Shape.of(1, 2, 5, 5));
        String y = forms.builder().add("Dropout", "drop", List.of("image"));
        List<FoldStep> steps = steps(forms.build(forms.builder().add("Relu", "relu", List.of(y))));

        assertThat(steps).hasSize(2);
        assertThat(steps.get(0).name()).isEqualTo("drop");
        assertThat(names(steps.get(0).training())).containsExactly("drop");
        assertThat(steps.get(0).folded()).isEmpty();
        assertThat(steps.get(0).unchanged()).isFalse();
    }

    @Test
    void aPoolingShowsItsWindowAndAnOperatorThatIsNotOnnxsItsDomain() {
        TrainingForms forms = new TrainingForms(23, Shape.of(1, 2, 6, 6));
        forms.builder()
                .add(
                        "MaxPool",
                        "max",
                        List.of("image"),
                        Map.of("kernel_shape", Attribute.ints(3, 3), "auto_pad", Attribute.of("SAME_UPPER")));
        NodeReport max = steps(forms.build("max")).get(0).training().get(0);
        assertThat(max.kernel()).containsExactly(3, 3);
        assertThat(max.strides()).containsExactly(1, 1);
        assertThat(max.pads()).containsExactly(1, 1, 1, 1);

        Node other = new Node("odd", "com.example", "Twist", List.of("x"), List.of("y"), Map.of());
        assertThat(NodeReports.of(other, Map.of()))
                .isEqualTo(new NodeReport(
                        "odd", "com.example.Twist", List.of(), List.of(), List.of(), List.of(), 1, Optional.empty()));
    }

    @Test
    void aDeclineStandsAtItsNodeAndALayerAtItsStep() {
        TrainingForms forms = new TrainingForms(24, Shape.of(1, 2, 5, 5));
        Map<String, Attribute> plain = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));
        String y = forms.conv("conv", "image", forms.normal(4, 2, 3, 3), Optional.empty(), plain);
        forms.batchNorm("bn", y, 4);
        FoldReport report = GraphFolder.fold(forms.build("bn", "conv")).report();

        assertThat(report.steps()).extracting(FoldStep::name).containsExactly("conv", "bn");
        assertThat(report.layers(report.steps().get(0)))
                .extracting(LayerReport::name)
                .containsExactly("conv");
        assertThat(report.declined(report.steps().get(0))).isEmpty();
        assertThat(report.layers(report.steps().get(1))).isEmpty();
        assertThat(report.declined(report.steps().get(1)))
                .extracting(Declined::node)
                .containsExactly("bn");
    }

    static Stream<String> systems() {
        return IslandGoldens.all().keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("systems")
    void showsEveryNodeOfBothFormsOnce(String system) {
        Graph training = IslandGoldens.named(system).training();
        Folded folded = GraphFolder.fold(training);
        List<FoldStep> steps = folded.report().steps();
        ConstantValues constants = ConstantValues.of(training);

        assertThat(steps.stream().flatMap(step -> step.training().stream()))
                .extracting(NodeReport::name)
                .containsExactlyInAnyOrderElementsOf(training.nodes().stream()
                        .filter(node -> !constants.computes(node))
                        .map(Node::name)
                        .toList());
        assertThat(steps.stream().flatMap(step -> step.folded().stream()))
                .extracting(NodeReport::name)
                .containsExactlyInAnyOrderElementsOf(
                        folded.graph().nodes().stream().map(Node::name).toList());
        assertThat(folded.report().declined()).allSatisfy(declined -> assertThat(steps)
                .anyMatch(step -> folded.report().declined(step).contains(declined)));
    }

    @Test
    void whatRepairsABorderStandsWithItsIsland() {
        TrainingForms forms = new TrainingForms(25, Shape.of(1, 4, 20, 20));
        Map<String, Attribute> point = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));
        Map<String, Attribute> padded = TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1));
        String wide = forms.conv("wide", "image", forms.normal(24, 4, 1, 1), Optional.of(forms.normal(24)), point);
        forms.conv("narrow", wide, forms.normal(4, 24, 3, 3), Optional.empty(), padded);
        forms.builder().add("Relu", "relu", List.of("narrow"));
        List<FoldStep> steps = steps(forms.build("relu"));

        assertThat(steps).hasSize(2);
        assertThat(names(steps.get(0).training())).containsExactly("wide", "narrow");
        assertThat(steps.get(0).folded())
                .extracting(NodeReport::operator)
                .containsExactlyInAnyOrder("Conv", "Gather", "Gather", "Add");
        assertThat(steps.get(1).unchanged()).isTrue();
    }
}
