package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftTokensTest {
    private static final Function<GraphFacts, Rule> RULE = LiftTokens::new;

    @Test
    void foldsTheProductOfTokensWithAMatrix() {
        Graph graph = Graphs.of(1, 3, 2)
                .floats("w", Shape.of(2, 2), 1, 2, 3, 4)
                .node("MatMul", "y", "x", "w")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.source().last()).isTrue();
        assertThat(term.weights().get().kernel()).containsExactly(1, 3, 2, 4);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsAScaleOfTheLastAxisIntoTheProductBeforeIt() {
        Graph graph = Graphs.of(1, 3, 2)
                .floats("w", Shape.of(2, 2), 1, 2, 3, 4)
                .floats("c", Shape.of(2), 10, -1)
                .node("MatMul", "product", "x", "w")
                .node("Mul", "y", "product", "c")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.weights().get().kernel()).containsExactly(10, 30, -2, -4);
        assertThatRule(RULE).on(graph).folds("y", "product", "y");
    }

    @Test
    void foldsAShiftOfTheLastAxisAsABias() {
        Graph graph = Graphs.of(1, 3, 2)
                .floats("c", Shape.of(1, 1, 2), 10, -1)
                .node("Sub", "y", "c", "x")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.weights().get().kernel()).containsExactly(-1, -1);
        assertThat(term.weights().get().bias()).containsExactly(10, -1);
        assertThat(term.biased()).isTrue();
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void doesNotFireOnAConstantForEachToken() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 3, 2)
                        .floats("c", Shape.of(3, 2), 1, 2, 3, 4, 5, 6)
                        .node("Mul", "y", "x", "c")
                        .outputs("y"))
                .doesNotFire();
    }
}
