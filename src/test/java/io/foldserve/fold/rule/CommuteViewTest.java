package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommuteViewTest {
    private static Graphs conv() {
        return Graphs.of(1, 2, 4, 3)
                .floats("w", Shape.of(2, 2, 1, 1), 1, 2, 3, 4)
                .floats("b", Shape.of(2), 5, 6)
                .node("Conv", "conv", "x", "w", "b");
    }

    private static Term expect(Graph graph) {
        assertThatRule(CommuteView::new).on(graph).folds("y", "conv", "y");
        Term term = assertThatRule(CommuteView::new).on(graph).term("y");
        assertThat(term.weights().get().kernel()).containsExactly(1, 2, 3, 4);
        return term;
    }

    @Test
    void foldsATranspositionOfTheChannelsToTheEnd() {
        Term term = expect(conv().node("Transpose", "y", Map.of("perm", Attribute.ints(0, 2, 3, 1)), "conv")
                .outputs("y"));
        assertThat(term.source().last()).isTrue();
        assertThat(term.axes()).hasSize(2);
    }

    @Test
    void foldsAViewThatKeepsTheChannelsTogether() {
        Term term = expect(
                conv().longs("to", 1, 2, 12).node("Reshape", "y", "conv", "to").outputs("y"));
        assertThat(term.source().last()).isFalse();
        assertThat(term.axes()).hasSize(1);
        assertThat(term.source().sized()).isEqualTo(2);
    }

    @Test
    void doesNotFireOnAViewThatMixesChannelsWithPositions() {
        assertThatRule(CommuteView::new)
                .on(conv().longs("to", 1, 24).node("Reshape", "y", "conv", "to").outputs("y"))
                .doesNotFire();
    }

    @Test
    void doesNotFireOnATranspositionOfTheChannelsToTheMiddle() {
        assertThatRule(CommuteView::new)
                .on(conv().node("Transpose", "y", Map.of("perm", Attribute.ints(0, 2, 1, 3)), "conv")
                        .outputs("y"))
                .doesNotFire();
    }

    @Test
    void doesNotFireAfterAKernelOfSeveralPositions() {
        assertThatRule(CommuteView::new)
                .on(Graphs.of(1, 1, 4, 4)
                        .floats("w", Shape.of(1, 1, 2, 1), 1, 2)
                        .node("Conv", "conv", "x", "w")
                        .node("Transpose", "y", Map.of("perm", Attribute.ints(0, 2, 3, 1)), "conv")
                        .outputs("y"))
                .doesNotFire();
    }
}
