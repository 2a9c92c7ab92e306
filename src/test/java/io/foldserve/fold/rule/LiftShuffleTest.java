package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftShuffleTest {
    private static final Function<GraphFacts, Rule> RULE = LiftShuffle::new;

    private static Graph shuffle(long... order) {
        return Graphs.of(1, 6, 2, 2)
                .longs("blocks", 1, 2, 3, 2, 2)
                .longs("back", 1, 6, 2, 2)
                .node("Reshape", "view", "x", "blocks")
                .node("Transpose", "turn", Map.of("perm", Attribute.ints(order)), "view")
                .node("Reshape", "y", "turn", "back")
                .outputs("y");
    }

    @Test
    void foldsTwoGroupsThatAreShuffledIntoAPermutation() {
        Graph graph = shuffle(0, 2, 1, 3, 4);
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.source().channels()).contains(new Channels(6, List.of(0, 3, 1, 4, 2, 5)));
        assertThat(term.source().value()).isEqualTo("x");
        assertThatRule(RULE).on(graph).folds("y", "view", "turn", "y");
    }

    @Test
    void doesNotFireWherePositionsMove() {
        assertThatRule(RULE).on(shuffle(0, 2, 1, 4, 3)).doesNotFire();
    }

    @Test
    void doesNotFireWhereTheBatchMoves() {
        assertThatRule(RULE).on(shuffle(1, 0, 2, 3, 4)).doesNotFire();
    }

    @Test
    void doesNotFireOnAViewAlone() {
        assertThatRule(RULE)
                .on(Graphs.of(1, 6, 2, 2)
                        .longs("back", 1, 3, 4, 2)
                        .node("Reshape", "y", "x", "back")
                        .outputs("y"))
                .doesNotFire();
    }
}
