package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LiftTransposedTest {
    private static final Function<GraphFacts, Rule> RULE = LiftTransposed::new;

    private static Graphs spread(Map<String, Attribute> attributes) {
        return Graphs.of(1, 1, 3, 3)
                .floats("w", Shape.of(1, 1, 1, 3), 2, 3, 5)
                .floats("b", Shape.of(1), 7)
                .node("ConvTranspose", "y", attributes, "x", "w", "b");
    }

    @Test
    void foldsIntoAConvolutionOfTheSpreadInputWithItsTapsTurned() {
        Graph graph = spread(Map.of(
                        "strides", Attribute.ints(1, 2),
                        "dilations", Attribute.ints(1, 2),
                        "pads", Attribute.ints(0, 1, 0, 2),
                        "output_padding", Attribute.ints(0, 1)))
                .outputs("y");
        Term term = assertThatRule(RULE).on(graph).term("y");
        assertThat(term.source().upsampling()).containsExactly(1, 2);
        // First 1 - 2 * 2 = -3 and end 1 + 4 - 2 = 3.
        assertThat(term.axes()).containsExactly(AxisTaps.POINT, new AxisTaps(-3, 2, 3, 1, 3));
        assertThat(term.weights().get().kernel()).containsExactly(5, 3, 2);
        assertThat(term.weights().get().bias()).containsExactly(7);
        assertThatRule(RULE).on(graph).folds("y", "y");
    }

    @Test
    void doesNotFireOnAPaddingThatTheOutputAsksFor() {
        assertThatRule(RULE)
                .on(spread(Map.of("output_shape", Attribute.ints(3, 3))).outputs("y"))
                .doesNotFire();
    }

    @Test
    void namesAPaddingThatTheOutputAsksFor() {
        GraphFacts facts = GraphFacts.of(
                spread(Map.of("output_shape", Attribute.ints(3, 3))).outputs("y"));
        assertThat(Lifts.of(facts).whyNot(facts.graph().nodes().get(0)))
                .contains("ConvTranspose y pads as its output's shape asks (auto_pad or output_shape), expected "
                        + "explicit pads; export with pads.");
    }
}
