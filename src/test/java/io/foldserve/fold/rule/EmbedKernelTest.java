package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.Terms.row;
import static io.foldserve.fold.rule.Terms.taps;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbedKernelTest {
    @Test
    void foldsASmallKernelIntoTheMiddleOfALargeOne() {
        Term small = Terms.of(1, 1, AxisTaps.POINT, row(7), 3);
        Term large = Terms.of(1, 1, taps(-1, 3, 1), row(1, 2, 3), 0);
        List<AxisTaps> both = EmbedKernel.union(small, large);
        assertThat(both).containsExactly(taps(-1, 3, 1));
        Term embedded = EmbedKernel.apply(small, both);
        assertThat(embedded.weights().get().kernel()).containsExactly(0, 7, 0);
        assertThat(embedded.weights().get().bias()).containsExactly(3);
        assertThat(EmbedKernel.apply(large, both)).isSameAs(large);
    }

    @Test
    void foldsADilatedKernelIntoADenseOneForEachInput() {
        Term dilated = Terms.of(2, 1, new AxisTaps(-2, 2, 3, 1, 2), row(1, 2, 3, 4, 5, 6), 0);
        Term dense = Terms.of(2, 1, taps(-1, 3, 1), new double[6], 0);
        List<AxisTaps> both = EmbedKernel.union(dilated, dense);
        assertThat(both).containsExactly(taps(-2, 5, 2));
        assertThat(EmbedKernel.apply(dilated, both).weights().get().kernel())
                .containsExactly(1, 0, 2, 0, 3, 4, 0, 5, 0, 6);
    }

    @Test
    void foldsKernelsAtOddDistancesIntoTheirCommonGrid() {
        Term left = Terms.of(1, 1, new AxisTaps(-4, 4, 3, 1, 4), row(1, 2, 3), 0);
        Term right = Terms.of(1, 1, new AxisTaps(-2, 4, 2, 1, 2), row(5, 6), 0);
        List<AxisTaps> both = EmbedKernel.union(left, right);
        assertThat(both).containsExactly(new AxisTaps(-4, 2, 5, 1, 4));
        assertThat(EmbedKernel.apply(right, both).weights().get().kernel()).containsExactly(0, 5, 0, 6, 0);
    }

    @Test
    void declinesOtherStrides() {
        Term one = Terms.of(1, 1, AxisTaps.POINT, row(1), 0);
        Term two = Terms.of(1, 1, new AxisTaps(0, 1, 1, 2, 0), row(1), 0);
        assertThat(EmbedKernel.whyNot(one, two)).contains("they have strides 1 and 2, expected equal ones");
        assertThat(EmbedKernel.whyNot(two, two)).isEmpty();
    }
}
