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

class LiftGatherTest {
    private static final Function<GraphFacts, Rule> RULE = LiftGather::new;

    private static final Map<String, Attribute> CHANNELS = Map.of("axis", Attribute.of(1));

    @Test
    void foldsAListOfChannelsCountedFromEitherEnd() {
        Graph graph = Graphs.of(1, 4, 3, 3)
                .longs("indices", 2, -1, 2)
                .node("Gather", "y", CHANNELS, "x", "indices")
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.source().channels()).contains(new Channels(4, List.of(2, 3, 2)));
        assertThat(term.identity()).isTrue();
        assertThat(term.outputs()).isEqualTo(3);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void declinesAnotherAxis() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 4, 3, 3)
                        .longs("indices", 0, 1)
                        .node("Gather", "y", Map.of("axis", Attribute.of(-1)), "x", "indices")
                        .point("next", "y", 4, 1)
                        .outputs("next"))
                .declines("Gather y picks along another axis than the channels, expected axis 1.");
    }

    @Test
    void declinesIndicesThatAreNoList() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 4, 3, 3, 3)
                        .scalar("index", 1)
                        .node("Gather", "y", CHANNELS, "x", "index")
                        .floats("w", Shape.of(1, 3, 1, 1), 1, 1, 1)
                        .node("Conv", "next", "y", "w")
                        .outputs("next"))
                .declines("Gather y picks channels by index, expected a constant list; export the indices as an "
                        + "initializer.");
    }

    @Test
    void doesNotFireOnATableOfConstants() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 4, 3, 3)
                        .floats("table", Shape.of(2, 2), 1, 2, 3, 4)
                        .longs("indices", 0, 1)
                        .node("Gather", "y", "table", "indices")
                        .node("Relu", "z", "x")
                        .outputs("z"))
                .doesNotFire();
    }
}
