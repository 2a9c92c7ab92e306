package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.GoldenSystems.Case;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.rule.NoOps;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.write.IslandGraph;
import io.foldserve.fold.write.IslandNumbers;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphStructure;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The folded network depends neither on the order in which the forms of a value are tried, nor on that of nodes which
 * do not read each other: the structure is the same, and the kernels are but for rounding.
 */
class RuleOrderTest {
    private static final double FLOAT32_ULP = 0x1p-23;

    static List<Case> systems() {
        return GoldenSystems.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("systems")
    void aSystemFoldsAlikeInEveryOrder(Case system) {
        for (long seed = 1; seed <= 3; seed++) {
            foldsAlike(system.training(), seed);
        }
    }

    @Property(tries = 300, seed = "2036", shrinking = ShrinkingMode.OFF)
    void anIslandFoldsAlikeInEveryOrder(@ForAll long seed) {
        foldsAlike(RandomIslands.of(seed, true), seed);
    }

    private static void foldsAlike(Graph training, long seed) {
        Graph usual = canonical(GraphFolder.fold(training).graph());
        Graph other = canonical(shuffled(reordered(training, new Random(seed)), new Random(~seed)));

        assertThat(GraphStructure.differences(usual, other)).as("seed %d", seed).isEmpty();
        List<Tensor> expected = constants(usual);
        List<Tensor> found = constants(other);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            sameButForRounding(found.get(i).toDoubles(), expected.get(i).toDoubles());
        }
    }

    private static void sameButForRounding(double[] found, double[] expected) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(found[i] - expected[i]))
                    .isLessThanOrEqualTo(FLOAT32_ULP * Math.abs(expected[i]) + 1e-12 * largest);
        }
    }

    private static Graph shuffled(Graph training, Random random) {
        GraphFacts facts = NoOps.leftOut(GraphFacts.ofNormalForm(training));
        IslandPlan plan = IslandPlan.of(facts, CostSource.GENERIC, forms -> shuffled(forms, random));
        return IslandGraph.of(facts, plan.islands(), IslandNumbers.ROUNDED).graph();
    }

    private static <T> List<T> shuffled(List<T> list, Random random) {
        List<T> shuffled = new ArrayList<>(list);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    // Any order in which nodes come after what they read.
    private static Graph reordered(Graph graph, Random random) {
        List<Node> waiting = shuffled(graph.nodes(), random);
        Set<String> computed = waiting.stream()
                .flatMap(node -> node.outputs().stream())
                .collect(Collectors.toCollection(HashSet::new));
        List<Node> ordered = new ArrayList<>();
        while (!waiting.isEmpty()) {
            Node next = waiting.stream()
                    .filter(node -> node.reads().stream().noneMatch(computed::contains))
                    .findFirst()
                    .orElseThrow();
            waiting.remove(next);
            computed.removeAll(next.outputs());
            ordered.add(next);
        }
        return graph.with(graph.inputs(), graph.outputs(), ordered, graph.constants());
    }

    // Nodes in the order in which the outputs need them.
    private static Graph canonical(Graph graph) {
        Map<String, Node> producers = graph.nodes().stream()
                .flatMap(node -> node.outputs().stream().map(output -> Map.entry(output, node)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Set<Node> ordered = new LinkedHashSet<>();
        graph.outputs().stream().map(Value::name).forEach(output -> collect(output, producers, ordered));
        graph.nodes().forEach(node -> node.outputs().forEach(output -> collect(output, producers, ordered)));
        return graph.with(graph.inputs(), graph.outputs(), List.copyOf(ordered), graph.constants());
    }

    private static void collect(String value, Map<String, Node> producers, Set<Node> ordered) {
        Optional.ofNullable(producers.get(value))
                .filter(node -> !ordered.contains(node))
                .ifPresent(node -> {
                    node.reads().forEach(input -> collect(input, producers, ordered));
                    ordered.add(node);
                });
    }

    private static List<Tensor> constants(Graph graph) {
        return graph.nodes().stream()
                .flatMap(node -> node.inputs().stream())
                .flatMap(input -> graph.constant(input).stream())
                .toList();
    }
}
