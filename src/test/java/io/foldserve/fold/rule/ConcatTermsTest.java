package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static io.foldserve.fold.rule.Terms.row;
import static io.foldserve.fold.rule.Terms.taps;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConcatTermsTest {
    private static final Map<String, Attribute> CHANNELS = Map.of("axis", Attribute.of(1));

    private static Graphs branches(long stride, String right) {
        return Graphs.of(1, 1, 4, 4)
                .input("z", 1, 1, 4, 4)
                .floats("w", Shape.of(1, 1, 1, 3), 1, 2, 3)
                .floats("b", Shape.of(1), 9)
                .floats("p", Shape.of(2, 1, 1, 1), 5, 6)
                .node(
                        "Conv",
                        "wide",
                        Map.of("pads", Attribute.ints(0, 1, 0, 1), "strides", Attribute.ints(1, 1)),
                        "x",
                        "w",
                        "b")
                .node("Conv", "point", Map.of("strides", Attribute.ints(stride, 1)), right, "p");
    }

    @Test
    void foldsBranchesOfOneValueIntoRowsOfOneKernel() {
        Graph graph =
                branches(1, "x").node("Concat", "y", CHANNELS, "wide", "point").outputs("y");
        assertThatRule(ConcatTerms::new).on(graph).folds("y", "wide", "point", "y");
        Term term = assertThatRule(ConcatTerms::new).on(graph).term("y");
        assertThat(term.weights().get().kernel()).containsExactly(1, 2, 3, 0, 5, 0, 0, 6, 0);
        assertThat(term.weights().get().bias()).containsExactly(9, 0, 0);
    }

    @Test
    void foldsBranchesOfOtherChannelsIntoGroups() {
        Term left = Terms.of(1, 1, AxisTaps.POINT, row(3), 1)
                .reading(TermInput.of("x").picking(Channels.range(2, 0, 1)), 1);
        Term right = Terms.of(1, 1, taps(-1, 3, 1), row(4, 5, 6), 0)
                .reading(TermInput.of("x").picking(Channels.range(2, 1, 1)), 1);
        Term both = ConcatTerms.apply(left, right);
        assertThat(both.groups()).isEqualTo(2);
        assertThat(both.weights().get().kernel()).containsExactly(0, 3, 0, 4, 5, 6);
        assertThat(both.weights().get().bias()).containsExactly(1, 0);
    }

    @Test
    void foldsTwoSelectionsIntoOne() {
        Term left = Term.identity(TermInput.of("x").picking(Channels.range(3, 2, 1)), 1, 1);
        Term right = Term.identity(TermInput.of("x").picking(Channels.range(3, 0, 2)), 2, 1);
        Term both = ConcatTerms.apply(left, right);
        assertThat(both.identity()).isTrue();
        assertThat(both.channels()).isEqualTo(new Channels(3, List.of(2, 0, 1)));
    }

    @Test
    void declinesOtherStrides() {
        Term one = Terms.of(1, 1, AxisTaps.POINT, row(1), 0);
        Term two = Terms.of(1, 1, new AxisTaps(0, 1, 1, 2, 0), row(1), 0);
        assertThat(ConcatTerms.whyNot(one, two)).contains("they have strides 1 and 2, expected equal ones");
    }

    @Test
    void declinesOtherBorders() {
        Term zeros = Terms.of(1, 1, taps(-1, 3, 1), row(1, 2, 3), 0);
        Term edge = zeros.reading(TermInput.of("x").within(new Border("edge", 0)), 1);
        assertThat(ConcatTerms.whyNot(zeros, edge))
                .contains("they pad by zeros and by mode edge, expected one of them");
    }

    @Test
    void doesNotFireAlongAnotherAxisOrOnBranchesOfSeveralValues() {
        assertThatRule(ConcatTerms::new)
                .on(branches(1, "x")
                        .node("Concat", "y", Map.of("axis", Attribute.of(3)), "wide", "wide")
                        .outputs("y"))
                .doesNotFire();
        assertThatRule(ConcatTerms::new)
                .on(branches(1, "z")
                        .node("Concat", "y", CHANNELS, "wide", "point")
                        .outputs("y"))
                .doesNotFire();
    }

    @Test
    void foldsAsManyGroupsAsBothBranchesHaveWhereTheirGroupsAreAlike() {
        Term left = Terms.of(2, 2, AxisTaps.POINT, row(3, 4), 0, 0)
                .reading(TermInput.of("x").picking(Channels.range(3, 0, 2)), 1);
        Term right = Terms.of(1, 1, AxisTaps.POINT, row(5), 0)
                .reading(TermInput.of("x").picking(Channels.range(3, 2, 1)), 1);
        Term both = ConcatTerms.apply(left, right);
        assertThat(both.groups()).isEqualTo(3);
        assertThat(both.inputs()).isEqualTo(3);
        assertThat(both.weights().get().kernel()).containsExactly(3, 4, 5);
    }

    @Test
    void foldsBranchesOfUnlikeGroupsIntoOneGroup() {
        Term wide = Terms.of(2, 1, AxisTaps.POINT, row(3, 4), 0)
                .reading(TermInput.of("x").picking(Channels.range(3, 0, 2)), 1);
        Term narrow = Terms.of(1, 1, AxisTaps.POINT, row(5), 0)
                .reading(TermInput.of("x").picking(Channels.range(3, 2, 1)), 1);
        Term both = ConcatTerms.apply(wide, narrow);
        assertThat(both.groups()).isEqualTo(1);
        assertThat(both.weights().get().kernel()).containsExactly(3, 4, 0, 0, 0, 5);
    }

    @Test
    void foldsBranchesOfUnlikeOutputsInAGroupIntoOneGroup() {
        Term one = Terms.of(1, 1, AxisTaps.POINT, row(3), 0)
                .reading(TermInput.of("x").picking(Channels.range(2, 0, 1)), 1);
        Term two = Terms.of(1, 1, AxisTaps.POINT, row(4, 5), 0, 0)
                .reading(TermInput.of("x").picking(Channels.range(2, 1, 1)), 1);
        Term both = ConcatTerms.apply(one, two);
        assertThat(both.groups()).isEqualTo(1);
        assertThat(both.weights().get().kernel()).containsExactly(3, 0, 0, 4, 0, 5);
    }

    @Test
    void declinesABranchOfAnotherStrideWithTheReason() {
        assertThatRule(ConcatTerms::new)
                .on(Graphs.of(1, 1, 4, 4)
                        .floats("w", Shape.of(1, 1, 1, 1), 2)
                        .floats("v", Shape.of(1, 1, 4, 4), new double[16])
                        .node("Conv", "a", Map.of("strides", Attribute.ints(4, 4)), "x", "w")
                        .node("Conv", "b", "x", "v")
                        .node("Concat", "y", CHANNELS, "a", "b")
                        .outputs("y"))
                .declines("Concat y cannot join its branches in one kernel: they have strides 4 and 1, expected equal"
                        + " ones.");
    }
}
