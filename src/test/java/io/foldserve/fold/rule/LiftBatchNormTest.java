package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftBatchNormTest {
    private static final Function<GraphFacts, Rule> RULE = LiftBatchNorm::new;

    @Test
    void foldsStoredStatisticsIntoAScaleAndAShift() {
        // 3 / sqrt(3 + 1) = 1.5 and 5 - 1.5 * 2 = 2; -2 / sqrt(15 + 1) = -0.5 and 1 + 0.5 * 4 = 3.
        Graph graph = Graphs.of(1, 2, 3, 3)
                .floats("gamma", Shape.of(2), 3, -2)
                .floats("beta", Shape.of(2), 5, 1)
                .floats("mean", Shape.of(2), 2, 4)
                .floats("variance", Shape.of(2), 3, 15)
                .node(
                        "BatchNormalization",
                        "y",
                        Map.of("epsilon", Attribute.of(1.0)),
                        "x",
                        "gamma",
                        "beta",
                        "mean",
                        "variance")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.isDiagonal()).isTrue();
        assertThat(term.weights().get().kernel()).containsExactly(1.5, -0.5);
        assertThat(term.weights().get().bias()).containsExactly(2, 3);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsWithoutABiasWhereNothingIsShifted() {
        Graph graph = Graphs.of(1, 1, 3, 3)
                .floats("one", Shape.of(1), 1)
                .floats("zero", Shape.of(1), 0)
                .node("BatchNormalization", "y", "x", "one", "zero", "zero", "one")
                .outputs("y");
        assertThat(assertThatRule(RULE).on(graph).term("y").biased()).isFalse();
    }

    @Test
    void doesNotFireOnANormOfAnotherKind() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 2, 3, 3)
                        .floats("one", Shape.of(2), 1, 1)
                        .node("InstanceNormalization", "y", "x", "one", "one")
                        .outputs("y"))
                .doesNotFire();
    }

    // Why not is said of the layer that would have taken it in.
    @Test
    void doesNotFireOnANegativeVariance() {
        assertThatRule(RULE)
                .on(norm(-2, Map.of()).point("next", "y", 1, 1).outputs("next"))
                .doesNotFire();
    }

    @Test
    void doesNotFireOnStatisticsOfTheBatch() {
        assertThatRule(RULE)
                .on(norm(1, Map.of("training_mode", Attribute.of(1)))
                        .point("next", "y", 1, 1)
                        .outputs("next"))
                .doesNotFire();
    }

    private static Graphs norm(double variance, Map<String, Attribute> attributes) {
        return Graphs.of(1, 1, 3, 3)
                .floats("one", Shape.of(1), 1)
                .floats("zero", Shape.of(1), 0)
                .floats("variance", Shape.of(1), variance)
                .node("BatchNormalization", "y", attributes, "x", "one", "zero", "zero", "variance");
    }
}
