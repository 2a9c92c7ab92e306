package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftSplitTest {
    private static final Function<GraphFacts, Rule> RULE = LiftSplit::new;

    private static Graph split(int axis) {
        return Graphs.of(1, 4, 4, 3)
                .longs("parts", 1, 3)
                .node("Split", "y", Map.of("axis", Attribute.of(axis)), List.of("a", "b"), "x", "parts")
                .floats("wa", Shape.of(1, axis == 1 ? 1 : 4, 1, 1), axis == 1 ? new double[1] : new double[4])
                .node("Conv", "left", "a", "wa")
                .outputs("left", "b");
    }

    @Test
    void foldsEachPartIntoASelectionOfItsChannels() {
        List<Term> parts = assertThatRule(RULE).on(split(1)).terms("y");
        assertThat(parts)
                .extracting(part -> part.source().channels().orElseThrow())
                .containsExactly(new Channels(4, List.of(0)), new Channels(4, List.of(1, 2, 3)));
        assertThat(parts).extracting(Term::outputs).containsExactly(1, 3);
    }

    @Test
    void foldsAPartIntoTheKernelThatReadsIt() {
        Graph graph = Graphs.of(1, 4, 4, 3)
                .longs("parts", 1, 3)
                .node("Split", "y", Map.of("axis", Attribute.of(-3)), List.of("a", "b"), "x", "parts")
                .floats("w", Shape.of(1, 3, 1, 1), 2, 3, 5)
                .node("Conv", "right", "b", "w")
                .outputs("right");
        Term term = assertThatRule(LiftProduct::new).on(graph).term("right");
        Term whole = SelectChannels.absorb(term);
        assertThat(whole.weights().get().kernel()).containsExactly(0, 2, 3, 5);
        assertThatRule(LiftProduct::new).on(graph).folds("right", "y", "right");
    }

    @Test
    void declinesAnotherAxis() {
        assertThatRule(RULE).on(split(2)).declines("Split y divides another axis than the channels, expected axis 1.");
    }
}
