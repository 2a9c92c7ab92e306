package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static io.foldserve.fold.rule.Terms.row;
import static io.foldserve.fold.rule.Terms.taps;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepairBorderTest {
    private static final Node NEXT = new Node("next", "", "Conv", List.of("y", "w"), List.of("next"), Map.of());
    private static final Term PADDED = Terms.of(2, 1, taps(-1, 2, 0), row(1, 2, 3, 4), 9);

    @Test
    void foldsTheBiasIntoAMapOfOnesThatPadsAlike() {
        Term inner = Terms.of(1, 1, AxisTaps.POINT, row(5, 6), 10, 100);
        assertThat(RepairBorder.whyNot(NEXT, "first", PADDED, inner)).isEmpty();
        List<Term> terms = RepairBorder.apply(PADDED, inner, Optional.of(List.of(8)));
        assertThat(terms).extracting(Term::axes).containsOnly(PADDED.axes());
        assertThat(terms.get(0).weights().get().kernel()).containsExactly(23, 34);
        assertThat(terms.get(0).weights().get().bias()).containsExactly(9);
        assertThat(terms.get(1).weights().get().kernel()).containsExactly(310, 420);
        assertThat(terms.get(1).source().isConstant()).isTrue();
        assertThat(terms.get(1).biased()).isFalse();
    }

    @Test
    void foldsEachGroupWithItsOwnBiases() {
        Term inner = Terms.of(2, 2, AxisTaps.POINT, row(5, 6), 10, 100);
        Term outer = Terms.of(2, 2, taps(-1, 2, 0), row(1, 2, 3, 4), 0, 0);
        Term map = RepairBorder.apply(outer, inner, Optional.empty()).get(1);
        assertThat(map.weights().get().kernel()).containsExactly(10, 20, 300, 400);
        assertThat(map.groups()).isEqualTo(1);
        assertThat(map.inputs()).isEqualTo(1);
        assertThat(map.source().isConstant()).isFalse();
    }

    @Test
    void foldsAPaddedConvolutionAfterABiasedOneExactly() {
        assertThatRule(LiftProduct::new)
                .on(Graphs.of(1, 2, 4, 4)
                        .floats("w1", Shape.of(2, 2, 1, 1), 1, 2, 3, 4)
                        .floats("b1", Shape.of(2), 5, -6)
                        .node("Conv", "first", "x", "w1", "b1")
                        .floats("w2", Shape.of(1, 2, 1, 3), 1, 2, 3, 4, 5, 6)
                        .node("Conv", "next", Map.of("pads", Attribute.ints(0, 1, 0, 1)), "first", "w2")
                        .outputs("next"))
                .folds("next", "first", "next");
    }

    @Test
    void declinesAnInnerKernelOfSeveralPositionsOrWithItsOwnPadding() {
        String reason =
                "Conv next pads with zeros where first before it still reads its input, so that no one kernel is "
                        + "right at the border; train with all padding on first to fold.";
        for (AxisTaps axis : List.of(taps(0, 2, 0), taps(-1, 1, 0), taps(0, 1, 1))) {
            Term inner = Terms.of(1, 1, axis, axis.count() == 2 ? row(5, 6, 7, 8) : row(5, 6), 10, 100);
            assertThat(RepairBorder.whyNot(NEXT, "first", PADDED, inner)).contains(reason);
        }
    }

    @Test
    void declinesAnInputThatIsSpread() {
        Term outer = PADDED.reading(TermInput.of("y").upsampledBy(List.of(2)), 1);
        assertThat(RepairBorder.whyNot(NEXT, "first", outer, Terms.of(1, 1, AxisTaps.POINT, row(5, 6), 10, 100)))
                .contains("Conv next spreads its input apart, and first before it does more than map each position "
                        + "without a bias, so that no one kernel is right between them; train without a bias "
                        + "on first to fold.");
    }
}
