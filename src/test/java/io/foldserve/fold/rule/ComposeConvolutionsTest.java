package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.Terms.row;
import static io.foldserve.fold.rule.Terms.taps;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComposeConvolutionsTest {
    private static final Node NEXT = new Node("next", "", "Conv", List.of("y", "w"), List.of("next"), Map.of());

    private static Optional<String> whyNot(Term outer, Term inner) {
        return ComposeConvolutions.whyNot(NEXT, "first", outer, inner);
    }

    @Test
    void foldsTwoKernelsIntoTheirConvolution() {
        Term inner = Terms.of(1, 1, taps(-1, 2, 1), row(1, 2), 7);
        Term outer = Terms.of(1, 1, taps(0, 2, 0), row(3, 5), 1);
        assertThat(whyNot(outer, inner)).isEmpty();
        Term composed = ComposeConvolutions.apply(outer, inner);
        assertThat(composed.axes()).containsExactly(taps(-1, 3, 1));
        assertThat(composed.weights().get().kernel()).containsExactly(3, 11, 10);
        assertThat(composed.weights().get().bias()).containsExactly(57);
        assertThat(composed.biased()).isTrue();
    }

    @Test
    void foldsAStrideIntoTheDistanceOfTheOuterTaps() {
        Term inner = Terms.of(1, 1, new AxisTaps(0, 1, 2, 2, 0), row(1, 2), 0);
        Term outer = Terms.of(1, 1, new AxisTaps(0, 2, 2, 3, 0), row(3, 5), 0);
        Term composed = ComposeConvolutions.apply(outer, inner);
        assertThat(composed.axes()).containsExactly(new AxisTaps(0, 1, 6, 6, 0));
        assertThat(composed.weights().get().kernel()).containsExactly(3, 6, 0, 0, 5, 10);
        assertThat(composed.biased()).isFalse();
    }

    @Test
    void foldsGroupsEachOnItsOwn() {
        Term inner = Terms.of(2, 2, AxisTaps.POINT, row(2, 3), 0, 0);
        Term outer = Terms.of(2, 2, AxisTaps.POINT, row(5, 7), 0, 0);
        Term composed = ComposeConvolutions.apply(outer, inner);
        assertThat(composed.groups()).isEqualTo(2);
        assertThat(composed.weights().get().kernel()).containsExactly(10, 21);
    }

    @Test
    void foldsADepthwiseKernelIntoADenseOne() {
        Term inner = Terms.of(2, 2, AxisTaps.POINT, row(2, 3), 10, 20);
        Term outer = Terms.of(2, 1, AxisTaps.POINT, row(1, 2, 3, 4), 0, 1);
        Term composed = ComposeConvolutions.apply(outer, inner);
        assertThat(composed.groups()).isEqualTo(1);
        assertThat(composed.weights().get().kernel()).containsExactly(2, 6, 6, 12);
        assertThat(composed.weights().get().bias()).containsExactly(50, 111);
    }

    @Test
    void foldsAPaddedKernelAfterAPointwiseOneWithoutABias() {
        Term inner = Terms.of(1, 1, AxisTaps.POINT, row(2), 0);
        Term outer = Terms.of(1, 1, taps(-1, 3, 1), row(1, 2, 3), 4);
        assertThat(whyNot(outer, inner)).isEmpty();
        Term composed = ComposeConvolutions.apply(outer, inner);
        assertThat(composed.axes()).containsExactly(taps(-1, 3, 1));
        assertThat(composed.weights().get().kernel()).containsExactly(2, 4, 6);
    }

    @Test
    void declinesABiasBeforeAPadding() {
        Term inner = Terms.of(1, 1, AxisTaps.POINT, row(2), 1);
        String reason =
                "Conv next pads with zeros where first before it has its bias, so that no one kernel is right at the "
                        + "border; train with the padding on first to fold.";
        assertThat(whyNot(Terms.of(1, 1, taps(-1, 2, 0), row(1, 2), 0), inner)).contains(reason);
        assertThat(whyNot(Terms.of(1, 1, taps(0, 2, 1), row(1, 2), 0), inner)).contains(reason);
    }

    @Test
    void declinesAPaddingWhereTheInnerKernelStillReadsItsInput() {
        String reason =
                "Conv next pads with zeros where first before it still reads its input, so that no one kernel is "
                        + "right at the border; train with all padding on first to fold.";
        Term inner = Terms.of(1, 1, taps(-1, 3, 1), row(1, 1, 1), 0);
        assertThat(whyNot(Terms.of(1, 1, taps(-1, 2, 0), row(1, 2), 0), inner)).contains(reason);
        assertThat(whyNot(Terms.of(1, 1, taps(0, 2, 1), row(1, 2), 0), inner)).contains(reason);
    }

    @Test
    void declinesANeighbourhoodBeforeCopiesOfTheEdge() {
        Term padding = Terms.of(1, 1, taps(-1, 1, 1), row(1), 0);
        Term outer = padding.reading(TermInput.of("y").within(new Border("edge", 0)), 1);
        assertThat(whyNot(outer, Terms.of(1, 1, AxisTaps.POINT, row(2), 3))).isEmpty();
        assertThat(whyNot(outer, Terms.of(1, 1, taps(0, 2, 0), row(2, 1), 0)))
                .contains("Conv next pads by mode edge, and first before it does not commute with that; train with the "
                        + "padding before first to fold.");
    }

    @Test
    void declinesAConstantBorderEvenAfterAPointwiseKernel() {
        Term padding = Terms.of(1, 1, taps(-1, 1, 1), row(1), 0);
        Term outer = padding.reading(TermInput.of("y").within(new Border("constant", 2)), 1);
        assertThat(whyNot(outer, Terms.of(1, 1, AxisTaps.POINT, row(2), 0)))
                .contains("Conv next pads by the constant 2.0, and first before it does not commute with that; train "
                        + "with the padding before first to fold.");
    }

    @Test
    void declinesABiasBeforeAnInputThatIsSpread() {
        Term outer = Terms.of(1, 1, taps(-1, 2, 1), row(1, 2), 0)
                .reading(TermInput.of("y").upsampledBy(List.of(2)), 1);
        assertThat(whyNot(outer, Terms.of(1, 1, AxisTaps.POINT, row(2), 0))).isEmpty();
        assertThat(whyNot(outer, Terms.of(1, 1, AxisTaps.POINT, row(2), 1)))
                .contains("Conv next spreads its input apart, and first before it does more than map each position "
                        + "without a bias, so that no one kernel is right between them; train without a bias "
                        + "on first to fold.");
    }
}
