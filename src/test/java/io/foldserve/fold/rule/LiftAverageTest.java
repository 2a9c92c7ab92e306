package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftAverageTest {
    private static final Function<GraphFacts, Rule> RULE = LiftAverage::new;

    private static Graph pool(Map<String, Attribute> attributes) {
        return Graphs.of(1, 2, 5, 5)
                .node("AveragePool", "y", attributes, "x")
                .point("next", "y", 2, 1)
                .outputs("next");
    }

    @Test
    void foldsAMeanOfAWindowIntoAKernelOfOneGroupForEachChannel() {
        Graph graph = Graphs.of(1, 2, 5, 5)
                .node(
                        "AveragePool",
                        "y",
                        Map.of("kernel_shape", Attribute.ints(2, 2), "strides", Attribute.ints(2, 1)),
                        "x")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.groups()).isEqualTo(2);
        assertThat(term.axes()).containsExactly(new AxisTaps(0, 1, 2, 2, 0), new AxisTaps(0, 1, 2, 1, 0));
        assertThat(term.weights().get().kernel()).containsExactly(0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25);
        assertThat(term.weights().get().bias()).containsExactly(0, 0);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void foldsAPaddedMeanThatCountsItsPaddingAtTheBorderToo() {
        Graph graph = Graphs.of(1, 2, 5, 5)
                .node(
                        "AveragePool",
                        "y",
                        Map.of(
                                "kernel_shape",
                                Attribute.ints(3, 1),
                                "pads",
                                Attribute.ints(1, 0, 2, 0),
                                "count_include_pad",
                                Attribute.of(1)),
                        "x")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.axes()).containsExactly(new AxisTaps(-1, 1, 3, 1, 2), AxisTaps.POINT);
        assertThat(term.weights().get().kernel()).containsOnly(1.0 / 3);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void declinesToRoundUp() {
        assertThatRule(RULE)
                .on(pool(Map.of("kernel_shape", Attribute.ints(2, 2), "ceil_mode", Attribute.of(1))))
                .declines("AveragePool y rounds its output size up (ceil_mode = 1), expected down; export with "
                        + "ceil_mode=False if both sizes are equal.");
    }

    @Test
    void declinesPaddingByName() {
        assertThatRule(RULE)
                .on(pool(Map.of("kernel_shape", Attribute.ints(2, 2), "auto_pad", Attribute.of("SAME_UPPER"))))
                .declines("AveragePool y pads by auto_pad, expected explicit pads; export with pads.");
    }

    @Test
    void declinesAMeanThatLeavesOutItsPadding() {
        assertThatRule(RULE)
                .on(pool(Map.of("kernel_shape", Attribute.ints(3, 3), "pads", Attribute.ints(1, 1, 1, 1))))
                .declines("AveragePool y leaves its padding out of the mean, so that no one kernel is right at the "
                        + "border; train with count_include_pad=True to fold.");
    }

    @Test
    void doesNotFireOnAMaximum() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 2, 5, 5)
                        .node("MaxPool", "y", Map.of("kernel_shape", Attribute.ints(2, 2)), "x")
                        .outputs("y"))
                .doesNotFire();
    }

    @Test
    void declinesPaddingByNameOfAnOpenSize() {
        assertThatRule(RULE)
                .on(Graphs.open(2)
                        .node(
                                "AveragePool",
                                "y",
                                Map.of(
                                        "kernel_shape",
                                        Attribute.ints(2, 2),
                                        "strides",
                                        Attribute.ints(2, 2),
                                        "auto_pad",
                                        Attribute.of("SAME_UPPER")),
                                "x")
                        .point("next", "y", 2, 1)
                        .outputs("next"))
                .declines("AveragePool y pads by auto_pad, which depends on the open size of x; export with explicit "
                        + "pads.");
    }
}
