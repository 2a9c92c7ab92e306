package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Graph;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftSliceTest {
    private static final Function<GraphFacts, Rule> RULE = LiftSlice::new;

    private static Graphs slice(long start, long end, long axis, long step) {
        return Graphs.of(1, 4, 6, 6)
                .longs("from", start)
                .longs("to", end)
                .longs("axis", axis)
                .longs("step", step)
                .node("Slice", "y", "x", "from", "to", "axis", "step");
    }

    @Test
    void foldsEveryOtherChannelIntoASelection() {
        Graph graph = slice(1, 4, 1, 2).outputs("y");
        assertThat(assertThatRule(RULE).on(graph).term("y").source().channels())
                .contains(new Channels(4, List.of(1, 3)));
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsChannelsInTheOppositeOrder() {
        Graph graph = slice(-1, -5, 1, -1).outputs("y");
        assertThat(assertThatRule(RULE).on(graph).term("y").source().channels())
                .contains(new Channels(4, List.of(3, 2, 1, 0)));
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsAWindowIntoAnOffsetAndAStride() {
        Graph graph = slice(1, -1, -2, 2).outputs("y");
        assertThat(assertThatRule(RULE).on(graph).term("y").axes())
                .containsExactly(new AxisTaps(1, 1, 1, 2, -1), AxisTaps.POINT);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsTheLeadingAxesWithoutAListOfAxes() {
        Graph graph = Graphs.of(1, 4, 6, 6)
                .longs("from", 0, 2, 3)
                .longs("to", 9, 9, 9)
                .node("Slice", "y", "x", "from", "to")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.source().channels()).contains(new Channels(4, List.of(2, 3)));
        assertThat(term.axes()).containsExactly(new AxisTaps(3, 1, 1, 1, 0), AxisTaps.POINT);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void declinesPositionsThatRunBackwards() {
        assertThatRule(RULE)
                .on(slice(-1, -7, 2, -1).point("next", "y", 4, 1).outputs("next"))
                .declines("Slice y takes of 1×4×6×6 other than channels and a window of positions, which is no "
                        + "convolution.");
    }

    @Test
    void declinesWhatDependsOnAnOpenSize() {
        assertThatRule(RULE)
                .on(Graphs.open(4)
                        .longs("from", 0)
                        .longs("to", 3)
                        .longs("axis", 2)
                        .node("Slice", "y", "x", "from", "to", "axis")
                        .point("next", "y", 4, 1)
                        .outputs("next"))
                .declines("Slice y takes what depends on the open size of x; export with static shapes.");
    }

    @Test
    void doesNotFireAwayFromWhatCouldTakeItIn() {
        assertThatRule(RULE)
                .on(slice(-1, -7, 2, -1).node("Relu", "next", "y").outputs("next"))
                .doesNotFire();
    }
}
