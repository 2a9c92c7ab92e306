package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.cost.CostModel;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.cost.Stopwatch;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.LayerCost;
import io.foldserve.fold.result.TimedPair;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphVerifier;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is folded follows the prices, and near-ties the stopwatch; what is exact does not. */
class CostDecisionsTest {
    /** A machine on which starting an operator takes longer than all arithmetic. */
    private static final CostModel SLOW_STARTER = new CostModel(1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e8);

    /** A machine on which pointwise kernels, memory and operators cost next to nothing. */
    private static final CostModel POINTWISE_FREE = new CostModel(1e-9, 0.022, 0.022, 0.03, 0.065, 0.025, 1e-9, 1e-3);

    private static final Map<String, Attribute> POINT = TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0));
    private static final Map<String, Attribute> PADDED = TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1));

    private final TrainingForms forms = new TrainingForms(4, Shape.of(1, 64, 56, 56));

    /** Decides every race alike, and remembers what was raced. */
    private static final class Referee implements CostSource {
        private final boolean rivalWins;
        private final List<Graph> raced = new ArrayList<>();

        Referee(boolean rivalWins) {
            this.rivalWins = rivalWins;
        }

        @Override
        public CostModel costs() {
            return CostModel.GENERIC;
        }

        @Override
        public Optional<Stopwatch> stopwatch() {
            return Optional.of((favourite, rival) -> {
                raced.add(favourite);
                raced.add(rival);
                return Optional.of(rivalWins ? new TimedPair(2e6, 1e6, true) : new TimedPair(1e6, 2e6, false));
            });
        }
    }

    private String conv(String name, String x, Shape kernel, Map<String, Attribute> attributes) {
        return forms.conv(name, x, Tensor.ofFloats(kernel, new float[kernel.size()]), Optional.empty(), attributes);
    }

    private String bottleneck(String name, String x, int width) {
        String y = conv(name + "/reduce", x, Shape.of(width, 64, 1, 1), PADDED);
        return conv(name + "/expand", y, Shape.of(64, width, 3, 3), POINT);
    }

    private static List<String> operators(Graph training, CostSource costSource) {
        return GraphFolder.fold(training, costSource).graph().nodes().stream()
                .map(Node::op)
                .toList();
    }

    private static List<String> operators(Graph training, CostModel model) {
        return operators(training, () -> model);
    }

    @Test
    void aBottleneckFoldsWhereOperatorsAreDear() {
        Graph training = forms.build(bottleneck("block", "image", 16));
        assertThat(operators(training, CostModel.GENERIC)).containsExactly("Conv", "Conv");
        assertThat(operators(training, SLOW_STARTER)).containsExactly("Conv");
    }

    @Test
    void aWideBottleneckStaysWherePointwiseKernelsAreCheap() {
        Graph training = forms.build(bottleneck("block", "image", 62));
        assertThat(operators(training, CostModel.GENERIC)).containsExactly("Conv");
        assertThat(operators(training, POINTWISE_FREE)).containsExactly("Conv", "Conv");
    }

    @Test
    void aDepthwiseSeparableConvolutionFoldsWhereOperatorsAreDear() {
        Map<String, Attribute> depthwise = TrainingForms.attributes(1, 1, 64, List.of(1, 1, 1, 1));
        String y = conv("depthwise", "image", Shape.of(64, 1, 3, 3), depthwise);
        Graph training = forms.build(conv("pointwise", y, Shape.of(64, 64, 1, 1), POINT));
        assertThat(operators(training, CostModel.GENERIC)).containsExactly("Conv", "Conv");
        assertThat(operators(training, SLOW_STARTER)).containsExactly("Conv");
    }

    @Test
    void aConcatenationOfUnlikeKernelsFoldsWhereOperatorsAreDear() {
        String small = conv("small", "image", Shape.of(64, 64, 1, 1), POINT);
        String large = conv("large", "image", Shape.of(64, 64, 3, 3), PADDED);
        forms.builder().add("Concat", "fire", List.of(small, large), Map.of("axis", Attribute.of(1)));
        Graph training = forms.build("fire");
        assertThat(operators(training, CostModel.GENERIC)).containsExactly("Conv", "Conv", "Concat");
        assertThat(operators(training, SLOW_STARTER)).containsExactly("Conv");
    }

    @Test
    void aDilatedGroupedBranchJoinsADenseKernelWhereOperatorsAreDear() {
        String dense = conv("dense", "image", Shape.of(64, 64, 3, 3), PADDED);
        Map<String, Attribute> dilated = TrainingForms.attributes(1, 2, 4, List.of(2, 2, 2, 2));
        String grouped = conv("grouped", "image", Shape.of(64, 16, 3, 3), dilated);
        Graph training = forms.build(forms.builder().add("Add", "sum", List.of(dense, grouped)));
        assertThat(operators(training, CostModel.GENERIC)).containsExactly("Conv", "Conv", "Add");
        assertThat(operators(training, SLOW_STARTER)).containsExactly("Conv");
    }

    @Test
    void aNearTieGoesToTheGraphThatIsFasterWhenTimed() {
        Graph training = forms.build(bottleneck("block", "image", 60));
        assertThat(operators(training, CostModel.GENERIC)).containsExactly("Conv");

        Folded confirmed = GraphFolder.fold(training, new Referee(false));
        assertThat(confirmed.graph().nodes()).hasSize(1);
        LayerCost cost = confirmed.report().layers().get(0).cost().orElseThrow();
        assertThat(cost.timed()).contains(new TimedPair(1e6, 2e6, false));
        assertThat(cost.foldedNanos()).isLessThan(cost.trainedNanos());

        Folded corrected = GraphFolder.fold(training, new Referee(true));
        assertThat(corrected.graph().nodes()).hasSize(2);
        assertThat(corrected.report().declined())
                .singleElement()
                .isEqualTo(new Declined(
                        "block/expand",
                        "sequence",
                        "Conv block/expand stays apart to be fast: block/reduce, block/expand took 2000 µs as one "
                                + "when both"
                                + " were timed here, apart 1000 µs."));
    }

    @Test
    void aNearTieThatIsPredictedToStayFoldsIfThatIsFasterWhenTimed() {
        Graph training = forms.build(bottleneck("block", "image", 54));
        assertThat(operators(training, CostModel.GENERIC)).containsExactly("Conv", "Conv");
        assertThat(operators(training, new Referee(true))).containsExactly("Conv");
        assertThat(GraphFolder.fold(training, new Referee(false)).report().declined())
                .singleElement()
                .satisfies(declined -> assertThat(declined.reason()).contains("timed here", "took 2000 µs as one"));
    }

    @Test
    void theAuditMeasuresWhatTheStopwatchDecided() {
        Graph training = forms.build(bottleneck("block", "image", 54));
        Folded folded = GraphFolder.fold(training, new Referee(true));
        assertThat(FoldAudit.measure(folded, 5).report().layers().get(0).errors())
                .isPresent();
    }

    @Test
    void whatIsClearIsNotTimed() {
        Referee referee = new Referee(true);
        GraphFolder.fold(forms.build(bottleneck("narrow", "image", 16)), referee);
        assertThat(referee.raced).isEmpty();
    }

    @Test
    void islandsOfOneGeometryAreTimedOnce() {
        String x = "image";
        for (int i = 0; i < 3; i++) {
            x = forms.builder().add("Relu", "relu" + i, List.of(bottleneck("block" + i, x, 60)));
        }
        Referee referee = new Referee(true);
        Graph training = forms.build(x);
        assertThat(operators(training, referee)).hasSize(9);
        assertThat(referee.raced).hasSize(2);
    }

    @Test
    void noMoreThanTwelveGeometriesAreTimed() {
        String x = "image";
        for (int i = 0; i < 14; i++) {
            String first = conv("reduce" + i, x, Shape.of(60, 64, 1, 1), PADDED);
            String second = conv("expand" + i, first, Shape.of(64, 60, 3, 3), POINT);
            String smaller = forms.builder()
                    .add("MaxPool", "max" + i, List.of(second), Map.of("kernel_shape", Attribute.ints(List.of(2, 2))));
            x = forms.builder().add("Relu", "relu" + i, List.of(smaller));
        }
        Referee referee = new Referee(true);
        assertThat(operators(forms.build(x), referee)).hasSize(12 * 4 + 2 * 3);
        assertThat(referee.raced).hasSize(2 * 12);
    }

    @Test
    void whatIsTimedIsAWholeGraphAtItsRealExtents() {
        Referee referee = new Referee(true);
        GraphFolder.fold(forms.build(bottleneck("block", "image", 60)), referee);
        assertThat(referee.raced).hasSize(2).allSatisfy(graph -> {
            assertThat(GraphVerifier.problems(graph)).isEmpty();
            assertThat(graph.inputs().get(0).shape()).contains(Shape.of(1, 64, 56, 56));
            assertThat(graph.outputs().get(0).shape()).contains(Shape.of(1, 64, 56, 56));
        });
        assertThat(referee.raced.get(0).nodes()).hasSize(1);
        assertThat(referee.raced.get(1).nodes()).hasSize(2);
    }

    @Test
    void aNetworkWithoutAlternativesIsNotPriced() {
        String x = forms.builder().add("Relu", "relu", List.of(conv("a", "image", Shape.of(64, 64, 3, 3), PADDED)));
        Graph training = forms.build(forms.batchNorm("bn", conv("b", x, Shape.of(64, 64, 3, 3), PADDED), 64));
        CostSource never = () -> {
            throw new AssertionError("costs were asked for");
        };
        assertThat(operators(training, never)).containsExactly("Conv", "Relu", "Conv");
    }
}
