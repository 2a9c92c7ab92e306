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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Also where no assumed size reaches the bound: a larger one does. */
    @ParameterizedTest
    @CsvSource({
        "2, 0, 3",
        "0, 0, 8",
        "0, -8, 9223372036854775807",
        "2, 0, 2500",
        "2, -3000, 9223372036854775807",
        "3, 0, 100000"
    })
    void declinesWhatDependsOnAnOpenSize(long axis, long from, long to) {
        assertThatRule(RULE)
                .on(open(axis, from, to).point("next", "y", 4, 1).outputs("next"))
                .declines("Slice y takes what depends on the open size of x; export with static shapes.");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 2147483647", "2, 1, 9223372036854775807", "3, 0, -2"})
    void foldsWhatIsTakenFromAnOpenSizeToItsEnd(int axis, int from, long to) {
        assertThat(assertThatRule(RULE)
                        .on(open(axis, from, to).outputs("y"))
                        .term("y")
                        .axes())
                .contains(new AxisTaps(axis == 2 ? from : 0, 1, 1, 1, axis == 3 ? (int) to : 0));
    }

    private static Graphs open(long axis, long from, long to) {
        return Graphs.open(4)
                .longs("from", from)
                .longs("to", to)
                .longs("axis", axis)
                .node("Slice", "y", "x", "from", "to", "axis");
    }

    @Test
    void doesNotFireAwayFromWhatCouldTakeItIn() {
        assertThatRule(RULE)
                .on(slice(-1, -7, 2, -1).node("Relu", "next", "y").outputs("next"))
                .doesNotFire();
    }
}
