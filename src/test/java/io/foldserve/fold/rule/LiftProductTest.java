package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.search.IslandPlan;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftProductTest {
    private static final Function<GraphFacts, Rule> RULE = LiftProduct::new;

    private static List<String> declined(Graph graph) {
        return IslandPlan.of(GraphFacts.of(graph), CostSource.GENERIC).declined().stream()
                .map(Declined::reason)
                .toList();
    }

    @Test
    void foldsAGroupedStridedDilatedConvolutionAsStored() {
        Graph graph = Graphs.of(1, 4, 7, 7)
                .floats("w", Shape.of(2, 2, 1, 2), 1, 2, 3, 4, 5, 6, 7, 8)
                .floats("b", Shape.of(2), -1, 9)
                .node(
                        "Conv",
                        "y",
                        Map.of(
                                "group", Attribute.of(2),
                                "strides", Attribute.ints(2, 3),
                                "dilations", Attribute.ints(1, 2),
                                "pads", Attribute.ints(0, 1, 0, 2)),
                        "x",
                        "w",
                        "b")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.axes()).containsExactly(new AxisTaps(0, 1, 1, 2, 0), new AxisTaps(-1, 2, 2, 3, 2));
        assertThat(term.groups()).isEqualTo(2);
        assertThat(term.weights().get().kernel()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(term.weights().get().bias()).containsExactly(-1, 9);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsAGemmWithItsFactors() {
        Graph graph = Graphs.of(1, 2)
                .floats("w", Shape.of(2, 3), 1, 2, 3, 4, 5, 6)
                .floats("b", Shape.of(3), 1, 2, 3)
                .node("Gemm", "y", Map.of("alpha", Attribute.of(0.5), "beta", Attribute.of(-2.0)), "x", "w", "b")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.weights().get().kernel()).containsExactly(0.5, 2, 1, 2.5, 1.5, 3);
        assertThat(term.weights().get().bias()).containsExactly(-2, -4, -6);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsABiasOfZerosAsNone() {
        Graph graph = Graphs.of(1, 1, 2, 2)
                .floats("w", Shape.of(1, 1, 1, 1), 3)
                .floats("b", Shape.of(1), 0)
                .node("Conv", "y", "x", "w", "b")
                .outputs("y");
        assertThat(assertThatRule(RULE).on(graph).term("y").biased()).isFalse();
    }

    @Test
    void declinesAKernelOfData() {
        assertThat(declined(Graphs.of(1, 2, 4, 4)
                        .input("w", 1, 2, 1, 1)
                        .node("Conv", "y", "x", "w")
                        .outputs("y")))
                .contains("Conv y reads its kernel w from data, expected a constant; export it as an initializer.");
    }

    @Test
    void declinesABiasOfData() {
        assertThat(declined(Graphs.of(1, 2, 4, 4)
                        .input("b", 1)
                        .floats("w", Shape.of(1, 2, 1, 1), 1, 1)
                        .node("Conv", "y", "x", "w", "b")
                        .outputs("y")))
                .contains("Conv y reads its bias b from data, expected a constant; export it as an initializer.");
    }

    @Test
    void declinesATransposedInput() {
        assertThat(declined(Graphs.of(2, 1)
                        .floats("w", Shape.of(2, 1), 1, 1)
                        .node("Gemm", "y", Map.of("transA", Attribute.of(1)), "x", "w")
                        .outputs("y")))
                .contains("Gemm y transposes its input (transA = 1), expected transA = 0; transpose the input in a "
                        + "node before it.");
    }

    @Test
    void declinesAStackOfMatrices() {
        assertThat(declined(Graphs.of(1, 3, 2)
                        .floats("w", Shape.of(1, 2, 1), 1, 1)
                        .node("MatMul", "y", "x", "w")
                        .outputs("y")))
                .contains("MatMul y multiplies values of rank 3 and 3, expected a constant matrix on the right; export "
                        + "it as a fully connected layer.");
    }

    @Test
    void declinesABiasForEachRow() {
        assertThat(declined(Graphs.of(2, 2)
                        .floats("w", Shape.of(2, 3), 1, 1, 1, 1, 1, 1)
                        .floats("b", Shape.of(2, 1), 1, 2)
                        .node("Gemm", "y", "x", "w", "b")
                        .outputs("y")))
                .contains("Gemm y adds b of shape 2×1, expected one value for each of its 3 outputs.");
    }

    @Test
    void doesNotFireOnADataKernel() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 2, 4, 4)
                        .input("w", 1, 2, 1, 1)
                        .node("Conv", "y", "x", "w")
                        .outputs("y"))
                .doesNotFire();
    }
}
