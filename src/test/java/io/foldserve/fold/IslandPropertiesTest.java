package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.IslandCheck.Deviations;
import io.foldserve.fold.cost.CostModel;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.term.Island;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphStructure;
import io.foldserve.graph.GraphVerifier;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** Any linear island folds exactly or is left alone, whatever it is made of. */
class IslandPropertiesTest {
    private static Tensor input(long seed) {
        RandomGenerator random = new SplittableRandom(~seed);
        float[] values = new float[4 * 9 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(Shape.of(1, 4, 9, 8), values);
    }

    @Property(tries = 600, seed = "2030", shrinking = ShrinkingMode.OFF)
    void aLinearIslandFoldsExactly(@ForAll long seed) {
        Graph training = RandomIslands.of(seed, false);
        Deviations deviations = new IslandCheck(training).deviations(input(seed));
        assertThat(deviations.border()).as("border").isLessThanOrEqualTo(1e-11);
        assertThat(deviations.interior()).as("interior").isLessThanOrEqualTo(1e-11);
    }

    @Test
    void mostRandomIslandsHaveSomethingToFold() {
        assertThat(LongStream.range(0, 100)
                        .filter(seed -> !IslandPlan.of(GraphFacts.of(RandomIslands.of(seed, true)), CostSource.GENERIC)
                                .islands()
                                .isEmpty()))
                .hasSizeGreaterThan(50);
    }

    @Property(tries = 300, seed = "2031", shrinking = ShrinkingMode.OFF)
    void islandsBetweenActivationsFoldExactly(@ForAll long seed) {
        Graph training = RandomIslands.of(seed, true);
        IslandCheck check = new IslandCheck(training);
        double[] expected = only(training, input(seed));
        double[] found = only(check.exact(), input(seed));
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(found[i] - expected[i])).isLessThanOrEqualTo(1e-9 * (1 + Math.abs(expected[i])));
        }
    }

    private static double[] only(Graph graph, Tensor input) {
        return Evaluator.evaluate(graph, Map.of("image", input))
                .values()
                .iterator()
                .next()
                .toDoubles();
    }

    @Property(tries = 200, seed = "2032", shrinking = ShrinkingMode.OFF)
    void foldingTwiceChangesNothing(@ForAll long seed) {
        Graph once = GraphFolder.fold(RandomIslands.of(seed, true)).graph();
        // The random forms declare no shape for their output.
        assertThat(GraphVerifier.problems(once)).allMatch(problem -> problem.startsWith("output "));
        assertThat(IslandPlan.of(GraphFacts.of(once), CostSource.GENERIC).islands().stream()
                        .map(Island::value)
                        .toList())
                .isEmpty();
        assertThat(GraphStructure.differences(once, GraphFolder.fold(once).graph()))
                .isEmpty();
    }

    @Property(tries = 200, seed = "2033", shrinking = ShrinkingMode.OFF)
    void thePredictedCostNeverRises(@ForAll long seed) {
        Graph training = RandomIslands.of(seed, true);
        Graph folded = GraphFolder.fold(training).graph();
        assertThat(PredictedCost.of(folded, CostModel.GENERIC))
                .isLessThanOrEqualTo(PredictedCost.of(training, CostModel.GENERIC));
    }

    @Property(tries = 200, seed = "2036", shrinking = ShrinkingMode.OFF)
    void thePredictedCostNeverRisesAtAnyPrices(@ForAll long seed) {
        Graph training = RandomIslands.of(seed, true);
        RandomGenerator random = new SplittableRandom(seed);
        CostModel model = new CostModel(
                price(random),
                price(random),
                price(random),
                price(random),
                price(random),
                price(random),
                price(random),
                1);
        Graph folded = GraphFolder.fold(training, () -> model).graph();
        assertThat(PredictedCost.of(folded, model))
                .isLessThanOrEqualTo(PredictedCost.of(training, model) * (1 + 1e-12));
    }

    private static double price(RandomGenerator random) {
        return Math.pow(10, random.nextDouble(-6, 1));
    }

    @Property(tries = 150, seed = "2034", shrinking = ShrinkingMode.OFF)
    void theAuditFindsEveryFoldExact(@ForAll long seed) {
        Graph training = RandomIslands.of(seed, true);
        FoldReport report = FoldAudit.measure(GraphFolder.fold(training), seed).report();
        assertThat(report.compositionError()).isLessThanOrEqualTo(FoldAudit.TOLERANCE);
        assertThat(report.roundingError()).isLessThanOrEqualTo(FoldAudit.ROUNDING_TOLERANCE);
    }

    @Property(tries = 150, seed = "2035", shrinking = ShrinkingMode.OFF)
    void theOrderOfAddendsChangesNothingButRounding(@ForAll long seed) {
        Graph training = RandomIslands.of(seed, false);
        Graph swapped = swapped(training);
        double[] one = only(new IslandCheck(training).exact(), input(seed));
        double[] other = only(new IslandCheck(swapped).exact(), input(seed));
        assertThat(IslandPlan.of(GraphFacts.of(swapped), CostSource.GENERIC).islands().stream()
                        .map(Island::value)
                        .toList())
                .containsExactlyInAnyOrderElementsOf(
                        IslandPlan.of(GraphFacts.of(training), CostSource.GENERIC).islands().stream()
                                .map(Island::value)
                                .toList());
        for (int i = 0; i < one.length; i++) {
            assertThat(Math.abs(one[i] - other[i])).isLessThanOrEqualTo(1e-9 * (1 + Math.abs(one[i])));
        }
    }

    private static Graph swapped(Graph graph) {
        return new Graph(
                graph.name(),
                graph.opset(),
                graph.inputs(),
                graph.outputs(),
                graph.nodes().stream()
                        .map(node -> node.is("Add")
                                ? node.withInputs(List.of(
                                        node.inputs().get(1), node.inputs().get(0)))
                                : node)
                        .toList(),
                graph.constants());
    }
}
