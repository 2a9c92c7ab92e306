package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.Terms.row;
import static io.foldserve.fold.rule.Terms.taps;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Term;
import org.junit.jupiter.api.Test;

class RegroupTest {
    private static final Term GROUPED = Terms.of(4, 4, taps(0, 2, 0), row(1, 2, 3, 4, 5, 6, 7, 8), 1, 2, 3, 4);

    @Test
    void foldsIntoBlocksOnTheDiagonal() {
        Term halves = Regroup.apply(GROUPED, 2);
        assertThat(halves.groups()).isEqualTo(2);
        assertThat(halves.weights().get().kernel()).containsExactly(1, 2, 0, 0, 0, 0, 3, 4, 5, 6, 0, 0, 0, 0, 7, 8);
        assertThat(halves.weights().get().bias()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void foldsIntoOneGroup() {
        assertThat(Regroup.apply(Terms.of(2, 2, AxisTaps.POINT, row(3, 5), 0, 0), 1)
                        .weights()
                        .get()
                        .kernel())
                .containsExactly(3, 0, 0, 5);
    }

    @Test
    void leavesTheSameGroupsAlone() {
        assertThat(Regroup.apply(GROUPED, 4)).isSameAs(GROUPED);
    }
}
