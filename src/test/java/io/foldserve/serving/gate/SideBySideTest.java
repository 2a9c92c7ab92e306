package io.foldserve.serving.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether every task has run when it returns, and what an interruption reaches. */
@Timeout(60)
class SideBySideTest {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @AfterEach
    void clear() {
        // What a test left behind would interrupt the next.
        assertThat(Thread.interrupted()).isFalse();
    }

    private List<Runnable> tasks(int count) {
        return IntStream.range(0, count)
                .<Runnable>mapToObj(task -> () -> seen.add("task " + task))
                .toList();
    }

    @Test
    void everyTaskHasRunWhenItReturns() {
        SideBySide.run(3, tasks(100));

        assertThat(seen).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void oneAtATimeRunInTheirOrderOnTheCallingThread() {
        SideBySide.run(1, tasks(3));
        SideBySide.run(4, List.of(() -> seen.add(Thread.currentThread().getName())));

        assertThat(seen)
                .containsExactly(
                        "task 0", "task 1", "task 2", Thread.currentThread().getName());
    }

    @Test
    void nothingToDoIsDone() {
        SideBySide.run(2, List.of());

        assertThat(seen).isEmpty();
    }

    @Test
    void twoTasksAreUnderWayTogether() {
        CountDownLatch both = new CountDownLatch(2);

        SideBySide.run(2, List.of(() -> meet(both), () -> meet(both)));

        assertThat(seen).containsExactly("met", "met");
    }

    private void meet(CountDownLatch both) {
        both.countDown();
        try {
            both.await();
            seen.add("met");
        } catch (InterruptedException e) {
            seen.add("interrupted");
        }
    }

    @Test
    void anInterruptionReachesWhatIsUnderWayAndLeavesOutTheRest() {
        Thread caller = Thread.currentThread();
        CountDownLatch never = new CountDownLatch(2);
        Runnable interrupting = () -> {
            caller.interrupt();
            meet(never);
        };

        SideBySide.run(2, List.of(() -> meet(new CountDownLatch(2)), interrupting, () -> seen.add("left out")));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(seen).containsExactly("interrupted", "interrupted");
    }

    @Test
    void anInterruptedThreadBeginsNothing() {
        Thread.currentThread().interrupt();

        SideBySide.run(1, tasks(2));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(seen).isEmpty();
    }
}
