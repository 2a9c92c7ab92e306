package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static io.foldserve.fold.rule.Terms.row;
import static io.foldserve.fold.rule.Terms.taps;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Attribute;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostAffineTest {
    private static final Term AFFINE = Term.diagonal(
            TermInput.of("x"), Shape.of(1, 2, 4), new Weights(new double[] {2, -3}, new double[] {10, 20}));

    @Test
    void foldsTheScaleIntoAllTermsAndTheShiftIntoTheFirst() {
        Term first = Terms.of(1, 1, taps(-1, 2, 0), row(1, 2, 3, 4), 5, 6);
        Term second = Terms.of(1, 1, AxisTaps.POINT, row(7, 8), 0, 0);
        List<Term> terms = PostAffine.apply(AFFINE, List.of(first, second));
        assertThat(terms.get(0).weights().get().kernel()).containsExactly(2, 4, -9, -12);
        assertThat(terms.get(0).weights().get().bias()).containsExactly(20, 2);
        assertThat(terms.get(1).weights().get().kernel()).containsExactly(14, -24);
        assertThat(terms.get(1).weights().get().bias()).containsExactly(0, 0);
        assertThat(terms).extracting(Term::biased).containsExactly(true, false);
    }

    @Test
    void foldsAScaleWithoutMakingABias() {
        Term scale =
                Term.diagonal(TermInput.of("x"), Shape.of(1, 2, 4), new Weights(new double[] {2, -3}, new double[2]));
        Term term = Terms.of(1, 1, AxisTaps.POINT, row(7, 8), 0, 0);
        assertThat(PostAffine.apply(scale, List.of(term)))
                .extracting(Term::biased)
                .containsExactly(false);
    }

    @Test
    void foldsABatchNormBehindAPaddedConvolutionBorderIncluded() {
        assertThatRule(LiftBatchNorm::new)
                .on(Graphs.of(1, 1, 4, 4)
                        .floats("w", Shape.of(1, 1, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9)
                        .node("Conv", "conv", Map.of("pads", Attribute.ints(1, 1, 1, 1)), "x", "w")
                        .floats("s", Shape.of(1), 3)
                        .floats("v", Shape.of(1), 2)
                        .node("BatchNormalization", "norm", "conv", "s", "s", "s", "v")
                        .outputs("norm"))
                .folds("norm", "conv", "norm");
    }
}
