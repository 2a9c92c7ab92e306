package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftPaddingTest {
    private static final Function<GraphFacts, Rule> RULE = LiftPadding::new;

    private static final Map<String, Attribute> EDGE = Map.of("mode", Attribute.of("edge"));

    private static Graphs padding(long... pads) {
        return Graphs.of(1, 2, 4, 4).longs("pads", pads);
    }

    private static RuleAssert.OnGraph before(Graphs padded) {
        return assertThatRule(RULE).on(padded.point("next", "y", 2, 1).outputs("next"));
    }

    @Test
    void foldsZerosAroundIntoAnOffset() {
        Graph graph =
                padding(0, 0, 1, 2, 0, 0, 3, 0).node("Pad", "y", "x", "pads").outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.axes()).containsExactly(new AxisTaps(-1, 1, 1, 1, 3), new AxisTaps(-2, 1, 1, 1, 0));
        assertThat(term.weights().get().kernel()).containsExactly(1, 1);
        assertThat(term.source().border()).isEqualTo(Border.ZERO);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsAConstantIntoTheBorderOfTheTerm() {
        Graph graph = padding(0, 0, 1, 1, 0, 0, 1, 1)
                .floats("value", Shape.of(), 1.5)
                .node("Pad", "y", "x", "pads", "value")
                .outputs("y");
        assertThat(assertThatRule(RULE).on(graph).term("y").source().border()).isEqualTo(new Border("constant", 1.5));
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsCopiesOfTheEdge() {
        Graph graph = padding(0, 0, 1, 1, 0, 0, 1, 1)
                .node("Pad", "y", EDGE, "x", "pads")
                .outputs("y");
        assertThat(assertThatRule(RULE).on(graph).term("y").source().border()).isEqualTo(new Border("edge", 0));
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsACropAndThePaddingOfListedAxes() {
        Graph graph = padding(-1, 1, 0, -1)
                .longs("axes", -1, 2)
                .node("Pad", "y", "x", "pads", "", "axes")
                .outputs("y");
        assertThat(assertThatRule(RULE).on(graph).term("y").axes())
                .containsExactly(new AxisTaps(-1, 1, 1, 1, -1), new AxisTaps(1, 1, 1, 1, 0));
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void declinesPaddingOfTheChannels() {
        before(Graphs.of(1, 1, 4, 4).longs("pads", 0, 1, 0, 0, 0, 0, 0, 0).node("Pad", "y", "x", "pads"))
                .declines("Pad y pads the batch or the channels, expected the spatial axes alone.");
    }

    @Test
    void declinesAValueThatIsNotFinite() {
        before(padding(0, 0, 1, 1, 0, 0, 1, 1)
                        .floats("value", Shape.of(), Double.POSITIVE_INFINITY)
                        .node("Pad", "y", "x", "pads", "value"))
                .declines("Pad y pads by a value that is not finite; check its constant.");
    }

    @Test
    void declinesCopiesOfWhatItCrops() {
        before(padding(0, 0, 1, 0, 0, 0, -1, 0).node("Pad", "y", EDGE, "x", "pads"))
                .declines("Pad y pads by mode edge and crops too, expected one of them; crop by a Slice.");
    }

    @Test
    void saysNothingWhereNoKernelIsBesideIt() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 1, 4, 4)
                        .longs("pads", 0, 1, 0, 0, 0, 0, 0, 0)
                        .node("Pad", "y", "x", "pads")
                        .node("Relu", "next", "y")
                        .outputs("next"))
                .doesNotFire();
    }
}
