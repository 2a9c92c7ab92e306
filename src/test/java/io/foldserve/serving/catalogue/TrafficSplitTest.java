package io.foldserve.serving.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TrafficSplitTest {

    @Test
    void spreadsAVariantsTurnsEvenly() {
        TrafficSplit split = new TrafficSplit(List.of(5, 1, 1));

        assertThat(IntStream.range(0, 7).map(turn -> split.next())).containsExactly(0, 0, 1, 0, 2, 0, 0);
    }

    @Property(seed = "7")
    void matchesTheSharesExactlyOverEveryCycle(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 50) Integer> drawn,
            @ForAll @IntRange(max = 20) int cycles) {
        List<Integer> shares = IntStream.range(0, drawn.size())
                .mapToObj(i -> i == 0 ? drawn.get(i) + 1 : drawn.get(i))
                .toList();
        TrafficSplit split = new TrafficSplit(shares);
        int sum = shares.stream().mapToInt(Integer::intValue).sum();

        for (int cycle = 0; cycle <= cycles; cycle++) {
            int[] turns = new int[shares.size()];
            IntStream.range(0, sum).forEach(turn -> turns[split.next()]++);
            assertThat(IntStream.of(turns).boxed().toList()).isEqualTo(shares);
        }
    }

    @Test
    void aVariantWithoutShareGetsNoTurn() {
        TrafficSplit split = new TrafficSplit(List.of(0, 3, 0));

        assertThat(IntStream.range(0, 100).map(turn -> split.next())).containsOnly(1);
    }

    @Test
    void threadsTogetherMatchTheShares() {
        TrafficSplit split = new TrafficSplit(List.of(90, 10));
        AtomicIntegerArray turns = new AtomicIntegerArray(2);

        IntStream.range(0, 10_000).parallel().forEach(turn -> turns.incrementAndGet(split.next()));

        assertThat(turns.get(0)).isEqualTo(9_000);
        assertThat(turns.get(1)).isEqualTo(1_000);
    }

    @Test
    void refusesSharesThatSumToNothingOrAreNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TrafficSplit(List.of(0, 0)));
        assertThatIllegalArgumentException().isThrownBy(() -> new TrafficSplit(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new TrafficSplit(List.of(5, -1)));
    }
}
