package io.foldserve.serving.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** On a clock that only the computations advance. */
class RoundRobinTest {
    private final AtomicLong time = new AtomicLong();
    private final List<String> order = new ArrayList<>();

    private Runnable taking(String name, long nanos) {
        return () -> {
            order.add(name);
            time.addAndGet(nanos);
        };
    }

    @Test
    void findsWhatEachTakesInTurns() {
        assertThat(new RoundRobin(time::get).measure(List.of(taking("a", 5), taking("b", 7)), Duration.ofSeconds(1)))
                .hasValueSatisfying(nanos -> assertThat(nanos).containsExactly(5, 7));
        assertThat(order).startsWith("a", "b", "a", "b");
    }

    @Test
    void isNotMisledByDisturbances() {
        long[] runs = {0};
        Runnable disturbed = () -> time.addAndGet(runs[0]++ % 3 == 0 ? 1000 : 5);
        assertThat(new RoundRobin(time::get).measure(List.of(disturbed), Duration.ofSeconds(1)))
                .hasValueSatisfying(nanos -> assertThat(nanos).containsExactly(5));
    }

    @Test
    void givesUpWhenNotASingleRoundIsFinishedInTime() {
        List<Runnable> runs = List.of(taking("a", 500));
        assertThat(new RoundRobin(time::get).measure(runs, Duration.ofNanos(1500)))
                .isEmpty();
        assertThat(new RoundRobin(time::get).measure(runs, Duration.ofNanos(2500)))
                .isPresent();
    }
}
