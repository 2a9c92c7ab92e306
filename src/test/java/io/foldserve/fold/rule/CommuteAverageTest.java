package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommuteAverageTest {
    private static Graphs conv() {
        return Graphs.of(1, 2, 4, 4)
                .floats("w", Shape.of(2, 2, 1, 1), 1, 2, 3, 4)
                .floats("b", Shape.of(2), 5, 6)
                .node("Conv", "conv", "x", "w", "b");
    }

    private static void expect(Graph graph) {
        assertThatRule(CommuteAverage::new).on(graph).folds("y", "conv", "y");
        Term term = assertThatRule(CommuteAverage::new).on(graph).term("y");
        assertThat(term.source().commuted()).extracting(Node::name).containsExactly("y");
        assertThat(term.weights().get().kernel()).containsExactly(1, 2, 3, 4);
        assertThat(term.weights().get().bias()).containsExactly(5, 6);
    }

    @Test
    void foldsAGlobalAverage() {
        expect(conv().node("GlobalAveragePool", "y", "conv").outputs("y"));
    }

    @Test
    void foldsAnAverageOfWindows() {
        expect(conv().node("AveragePool", "y", Map.of("kernel_shape", Attribute.ints(2, 2)), "conv")
                .outputs("y"));
    }

    @Test
    void foldsAMeanOfAllPositions() {
        expect(conv().longs("axes", -1, 2)
                .node("ReduceMean", "y", Map.of("keepdims", Attribute.of(0)), "conv", "axes")
                .outputs("y"));
    }

    @Test
    void doesNotFireOnAMeanOfOtherAxes() {
        assertThatRule(CommuteAverage::new)
                .on(conv().longs("axes", 1, 2)
                        .node("ReduceMean", "y", "conv", "axes")
                        .outputs("y"))
                .doesNotFire();
    }

    @Test
    void doesNotFireOnAnAverageThatPadsOrRoundsUp() {
        for (Map<String, Attribute> more : List.of(
                Map.of("kernel_shape", Attribute.ints(2, 2), "pads", Attribute.ints(0, 1, 0, 0)),
                Map.of("kernel_shape", Attribute.ints(2, 2), "auto_pad", Attribute.of("SAME_UPPER")),
                Map.of("kernel_shape", Attribute.ints(2, 2), "ceil_mode", Attribute.of(1)))) {
            assertThatRule(CommuteAverage::new)
                    .on(conv().node("AveragePool", "y", more, "conv").outputs("y"))
                    .doesNotFire();
        }
    }

    @Test
    void doesNotFireAfterAKernelOfSeveralPositions() {
        assertThatRule(CommuteAverage::new)
                .on(Graphs.of(1, 1, 4, 4)
                        .floats("w", Shape.of(1, 1, 2, 1), 1, 2)
                        .node("Conv", "conv", "x", "w")
                        .node("GlobalAveragePool", "y", "conv")
                        .outputs("y"))
                .doesNotFire();
    }

    @Test
    void doesNotFireOnAValueItself() {
        assertThatRule(CommuteAverage::new)
                .on(Graphs.of(1, 1, 4, 4).node("GlobalAveragePool", "y", "x").outputs("y"))
                .doesNotFire();
    }
}
