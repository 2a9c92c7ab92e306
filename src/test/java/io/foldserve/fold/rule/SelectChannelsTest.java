package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.Terms.row;
import static io.foldserve.fold.rule.Terms.taps;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectChannelsTest {
    @Test
    void foldsASelectionOfOutputsIntoRows() {
        Term dense = Terms.of(2, 1, AxisTaps.POINT, row(1, 2, 3, 4, 5, 6), 7, 8, 9);
        Term picked = SelectChannels.after(new Channels(3, List.of(2, 0)), dense);
        assertThat(picked.weights().get().kernel()).containsExactly(5, 6, 1, 2);
        assertThat(picked.weights().get().bias()).containsExactly(9, 7);
        assertThat(picked.groups()).isEqualTo(1);
    }

    @Test
    void foldsAPermutationOfWholeGroupsIntoOneOfTheirInputs() {
        Term grouped = Terms.of(4, 2, AxisTaps.POINT, row(1, 2, 3, 4), 5, 6);
        Term turned = SelectChannels.after(new Channels(2, List.of(1, 0)), grouped);
        assertThat(turned.groups()).isEqualTo(2);
        assertThat(turned.inputs()).isEqualTo(4);
        assertThat(turned.source().channels()).contains(new Channels(4, List.of(2, 3, 0, 1)));
        assertThat(turned.weights().get().kernel()).containsExactly(3, 4, 1, 2);
        assertThat(turned.weights().get().bias()).containsExactly(6, 5);
    }

    @Test
    void foldsAPermutationThatTakesGroupsApartIntoFewerGroups() {
        Term grouped = Terms.of(4, 2, AxisTaps.POINT, row(1, 2, 3, 4, 5, 6, 7, 8), 0, 0, 0, 0);
        Term mixed = SelectChannels.after(new Channels(4, List.of(0, 2, 1, 3)), grouped);
        assertThat(mixed.groups()).isEqualTo(1);
        assertThat(mixed.weights().get().kernel()).containsExactly(1, 2, 0, 0, 0, 0, 5, 6, 3, 4, 0, 0, 0, 0, 7, 8);
    }

    @Test
    void foldsASelectionIntoTheKernelThatReadsItAndCountsAChannelThatIsPickedTwice() {
        TermInput source = TermInput.of("x").picking(new Channels(3, List.of(2, 0, 2)));
        Term term = Terms.of(3, 1, taps(0, 2, 0), row(1, 2, 3, 4, 5, 6), 7).reading(source, 1);
        Term whole = SelectChannels.absorb(term);
        assertThat(whole.inputs()).isEqualTo(3);
        assertThat(whole.source().channels()).isEmpty();
        assertThat(whole.weights().get().kernel()).containsExactly(3, 4, 0, 0, 6, 8);
        assertThat(whole.weights().get().bias()).containsExactly(7);
    }

    @Test
    void foldsASelectionWithinGroupsIntoAsManyGroups() {
        TermInput source = TermInput.of("x").picking(new Channels(4, List.of(1, 0, 3, 2)));
        Term term = Terms.of(4, 2, AxisTaps.POINT, row(1, 2, 3, 4), 0, 0).reading(source, 1);
        Term whole = SelectChannels.absorb(term);
        assertThat(whole.groups()).isEqualTo(2);
        assertThat(whole.weights().get().kernel()).containsExactly(2, 1, 4, 3);
    }

    @Test
    void leavesATermOfAllChannelsAlone() {
        Term dense = Terms.of(2, 1, AxisTaps.POINT, row(1, 2), 7);
        assertThat(SelectChannels.absorb(dense)).isSameAs(dense);
    }

    @Test
    void foldsAPermutationWithinPairsOfGroupsIntoHalfAsManyGroups() {
        Term grouped = Terms.of(
                4, 4, taps(0, 2, 0), row(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16), 0, 0, 0, 0, 0, 0, 0, 0);
        Term mixed = SelectChannels.after(new Channels(8, List.of(2, 0, 1, 3, 6, 4, 5, 7)), grouped);
        assertThat(mixed.groups()).isEqualTo(2);
        assertThat(mixed.inputs()).isEqualTo(4);
        assertThat(mixed.weights().get().kernel())
                .containsExactly(
                        0, 0, 5, 6, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 7, 8, //
                        0, 0, 13, 14, 9, 10, 0, 0, 11, 12, 0, 0, 0, 0, 15, 16);
    }
}
