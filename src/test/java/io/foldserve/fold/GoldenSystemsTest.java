package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.GoldenSystems.Case;
import io.foldserve.fold.IslandCheck.Deviations;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphStructure;
import io.foldserve.graph.Node;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A network of every published system, and of what only looks like one, as PyTorch exports it: what it folds to, and
 * that it still computes what PyTorch computed in float64.
 */
class GoldenSystemsTest {
    private static final double HALF_ULP = 0x1p-24;

    static List<Case> cases() {
        return GoldenSystems.all();
    }

    static List<Case> evaluated() {
        return cases().stream().filter(system -> system.unknown().isEmpty()).toList();
    }

    private static Graph folded(Case system) {
        return GraphFolder.fold(system.training()).graph();
    }

    private static long layers(Graph graph) {
        return Math.max(1, graph.nodes().stream().filter(Operators::isLinear).count());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void becomesWhatTheAlgebraSays(Case system) {
        Folded folded = GraphFolder.fold(system.training());

        assertThat(FoldedStructure.of(folded.graph())).containsExactlyElementsOf(system.structure());
        for (String reason : system.reasons()) {
            assertThat(folded.report().declined())
                    .extracting(Declined::reason)
                    .anySatisfy(sentence -> assertThat(sentence).contains(reason));
        }
    }

    /** Each layer's kernel was rounded to float32 once: half a unit of Σ|K||x| + |b| for each layer on the way. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("evaluated")
    void computesWhatPyTorchDoesAtTheBorderAndInside(Case system) {
        Graph folded = folded(system);

        Deviations deviations = IslandCheck.between(folded, system.input(), system.outputs());

        double tolerance = system.gain() * 1.01 * HALF_ULP * layers(folded);
        assertThat(deviations.border()).as("border").isLessThanOrEqualTo(tolerance);
        assertThat(deviations.interior()).as("interior").isLessThanOrEqualTo(tolerance);
    }

    /**
     * Within 8·√n·2⁻²⁴ of the largest magnitude for each layer, where n is the most terms that an output of one adds.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void runsInOnnxRuntimeWithinTheBoundOfFloat32(Case system) {
        Graph folded = folded(system);
        List<double[]> expected = system.outputs();
        List<double[]> found = run(folded, system.input());
        List<double[]> magnitudes = magnitudes(system, folded, expected);

        double unit = system.gain() * 8 * Math.sqrt(terms(folded)) * HALF_ULP * layers(folded);
        assertThat(found).hasSameSizeAs(expected);
        for (int output = 0; output < expected.size(); output++) {
            assertThat(found.get(output)).hasSameSizeAs(expected.get(output));
            for (int i = 0; i < expected.get(output).length; i++) {
                assertThat(Math.abs(found.get(output)[i] - expected.get(output)[i]))
                        .as("output %d, element %d", output, i)
                        .isLessThanOrEqualTo(unit * magnitudes.get(output)[i]);
            }
        }
    }

    // Of what the evaluator does not know, the largest output.
    private static List<double[]> magnitudes(Case system, Graph graph, List<double[]> expected) {
        if (system.unknown().isEmpty()) {
            return IslandCheck.magnitudes(graph, system.input());
        }
        return expected.stream()
                .map(y -> {
                    double[] largest = new double[y.length];
                    Arrays.fill(largest, Arrays.stream(y).map(Math::abs).max().orElse(0));
                    return largest;
                })
                .toList();
    }

    private static List<double[]> run(Graph graph, Tensor input) {
        try (ModelSession session = ModelSession.open(graph, new SessionSettings(1, false, false))) {
            Map<String, Tensor> results =
                    session.run(Map.of(graph.inputs().get(0).name(), input));
            List<double[]> outputs = new ArrayList<>();
            graph.outputs()
                    .forEach(output -> outputs.add(Optional.ofNullable(results.get(output.name()))
                            .orElseThrow()
                            .toDoubles()));
            return outputs;
        }
    }

    private static double terms(Graph graph) {
        return graph.nodes().stream()
                .filter(Operators::isLinear)
                .flatMap(node -> graph.constant(node.inputs().get(1)).stream())
                .mapToDouble(kernel ->
                        (double) kernel.shape().size() / kernel.shape().extent(0))
                .max()
                .orElse(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isMeasuredAsExact(Case system) {
        Graph training = system.training();

        FoldReport report = FoldAudit.measure(GraphFolder.fold(training), 17).report();

        assertThat(report.layers())
                .filteredOn(layer -> !layer.rules().isEmpty())
                .allSatisfy(layer -> assertThat(layer.errors()).isPresent());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isLeftAsItIsWhenFoldedAgain(Case system) {
        Graph once = folded(system);
        Folded twice = GraphFolder.fold(once);

        assertThat(twice.report().layers())
                .allSatisfy(layer -> assertThat(layer.rules()).isEmpty());
        assertThat(GraphStructure.differences(once, twice.graph())).isEmpty();
        assertThat(kernels(twice.graph())).containsExactlyElementsOf(kernels(once));
    }

    private static List<Tensor> kernels(Graph graph) {
        return graph.nodes().stream()
                .map(Node::inputs)
                .flatMap(List::stream)
                .flatMap(input -> graph.constant(input).stream())
                .toList();
    }
}
