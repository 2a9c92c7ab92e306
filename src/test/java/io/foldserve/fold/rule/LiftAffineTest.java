package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftAffineTest {
    private static final Function<GraphFacts, Rule> RULE = LiftAffine::new;

    private static Graphs channels() {
        return Graphs.of(1, 2, 3, 3).floats("c", Shape.of(2, 1, 1), 2, -4);
    }

    private static void expect(Graph graph, double[] kernel, double[] bias) {
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.isDiagonal()).isTrue();
        assertThat(term.weights().get().kernel()).containsExactly(kernel);
        assertThat(term.weights().get().bias()).containsExactly(bias);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsASumIntoAShift() {
        expect(channels().node("Add", "y", "x", "c").outputs("y"), new double[] {1, 1}, new double[] {2, -4});
        expect(channels().node("Add", "y", "c", "x").outputs("y"), new double[] {1, 1}, new double[] {2, -4});
    }

    @Test
    void foldsADifferenceInEitherOrder() {
        expect(channels().node("Sub", "y", "x", "c").outputs("y"), new double[] {1, 1}, new double[] {-2, 4});
        expect(channels().node("Sub", "y", "c", "x").outputs("y"), new double[] {-1, -1}, new double[] {2, -4});
    }

    @Test
    void foldsAProductAndAQuotientIntoAScale() {
        expect(channels().node("Mul", "y", "c", "x").outputs("y"), new double[] {2, -4}, new double[] {0, 0});
        expect(channels().node("Div", "y", "x", "c").outputs("y"), new double[] {0.5, -0.25}, new double[] {0, 0});
    }

    @Test
    void foldsOneNumberForAllChannels() {
        Graph graph = Graphs.of(1, 2, 3, 3)
                .floats("c", Shape.of(1), 3)
                .node("Mul", "y", "x", "c")
                .outputs("y");
        expect(graph, new double[] {3, 3}, new double[] {0, 0});
    }

    @Test
    void declinesADivisionByData() {
        assertThatRule(RULE)
                .on(channels()
                        .node("Div", "y", "c", "x")
                        .point("next", "y", 2, 2)
                        .outputs("next"))
                .declines("Div y divides c by data, which is not linear.");
    }

    @Test
    void declinesAConstantThatVariesWithinAChannel() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 2, 3, 3)
                        .floats("c", Shape.of(1, 2, 1, 3), 1, 2, 3, 4, 5, 6)
                        .node("Mul", "y", "x", "c")
                        .point("next", "y", 2, 2)
                        .outputs("next"))
                .declines("Mul y reads c of shape 1×2×1×3, expected one value for each of 2 channels.");
    }

    @Test
    void declinesADivisionByZero() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 2, 3, 3)
                        .floats("c", Shape.of(2, 1, 1), 1, 0)
                        .node("Div", "y", "x", "c")
                        .point("next", "y", 2, 2)
                        .outputs("next"))
                .declines("Div y reads c, which makes values that are not finite; check the stored tensor.");
    }

    @Test
    void doesNotFireOnTwoValuesOrAnotherDomain() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 2, 3, 3)
                        .input("z", 1, 2, 3, 3)
                        .node("Mul", "y", "x", "z")
                        .outputs("y"))
                .doesNotFire();
        assertThatRule(RULE)
                .on(channels().node("Max", "y", "x", "c").outputs("y"))
                .doesNotFire();
    }
}
