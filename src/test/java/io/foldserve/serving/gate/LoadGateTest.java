package io.foldserve.serving.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which work is under way at a time: as much as fits, and nothing beside a measurement. */
@Timeout(60)
class LoadGateTest {
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<CompletableFuture<Void>> loads = new ArrayList<>();

    @AfterEach
    void everyLoadEnds() throws InterruptedException, ExecutionException, TimeoutException {
        open.countDown();
        CompletableFuture.allOf(loads.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    }

    /** A load on a thread of its own, which is under way until the latch opens. */
    private void begin(LoadGate gate, long bytes) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        new Thread(() -> {
                    gate.load(bytes, () -> {
                        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                        await(open);
                        return underWay.decrementAndGet();
                    });
                    ended.complete(null);
                })
                .start();
        loads.add(ended);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void expectUnderWay(int count) throws InterruptedException {
        while (underWay.get() < count) {
            Thread.sleep(1);
        }
        Thread.sleep(50);
        assertThat(underWay).hasValue(count);
    }

    @Test
    void asManyLoadsAsCoresAreUnderWay() throws InterruptedException {
        LoadGate gate = new LoadGate(3, 1000);
        IntStream.range(0, 8).forEach(load -> begin(gate, 1));

        expectUnderWay(3);
    }

    @Test
    void loadsThatDoNotFitTogetherComeOneAfterAnother() throws Exception {
        LoadGate gate = new LoadGate(4, 100);
        IntStream.range(0, 4).forEach(load -> begin(gate, 60));
        expectUnderWay(1);

        everyLoadEnds();

        assertThat(most).hasValue(1);
    }

    @Test
    void loadsThatFillTheMemoryToTheByteAreUnderWayTogether() throws InterruptedException {
        LoadGate gate = new LoadGate(4, 100);
        IntStream.range(0, 4).forEach(load -> begin(gate, 50));

        expectUnderWay(2);
    }

    @Test
    void aLoadThatIsLargerThanTheMemoryIsAdmittedByItself() throws Exception {
        LoadGate gate = new LoadGate(4, 100);
        IntStream.range(0, 2).forEach(load -> begin(gate, 1000));
        expectUnderWay(1);

        everyLoadEnds();

        assertThat(underWay).hasValue(0);
    }

    @Test
    void aMeasurementWaitsForTheLoadsAndLoadsWaitForIt() throws Exception {
        LoadGate gate = new LoadGate(2, 1000);
        begin(gate, 1);
        expectUnderWay(1);
        CountDownLatch measured = new CountDownLatch(1);
        CompletableFuture<Integer> measurement = CompletableFuture.supplyAsync(() -> gate.alone(() -> {
            await(measured);
            return underWay.get();
        }));
        Thread.sleep(50);
        begin(gate, 1);
        expectUnderWay(1);

        open.countDown();
        Thread.sleep(50);
        assertThat(measurement).isNotDone();
        assertThat(most).hasValue(1);
        measured.countDown();

        assertThat(measurement.get(30, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void loadsThatWaitToMeasureDoNotWaitForEachOther() {
        LoadGate gate = new LoadGate(2, 1000);
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger measuring = new AtomicInteger();

        SideBySide.run(
                2,
                IntStream.range(0, 2)
                        .<Runnable>mapToObj(load -> () -> gate.load(1, () -> {
                            both.countDown();
                            await(both);
                            return gate.alone(() -> most.accumulateAndGet(measuring.incrementAndGet(), Math::max)
                                    - measuring.getAndDecrement());
                        }))
                        .toList());

        assertThat(most).hasValue(1);
    }

    @Test
    void aLoadThatFailsMakesRoomForTheNext() {
        LoadGate gate = LoadGate.single();

        assertThatThrownBy(() -> gate.load(1, () -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
        assertThatThrownBy(() -> gate.alone(() -> {
                    throw new IllegalStateException("not timed");
                }))
                .hasMessage("not timed");

        assertThat(gate.<String>load(1, () -> "loaded")).isEqualTo("loaded");
    }

    @Test
    void whoIsInterruptedWhileWaitingGoesOnAtOnceAndStaysInterrupted() throws Exception {
        LoadGate gate = LoadGate.single();
        begin(gate, 1);
        expectUnderWay(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = new Thread(() ->
                gate.load(1, () -> interrupted.complete(Thread.currentThread().isInterrupted())));
        waiting.start();
        Thread.sleep(50);
        assertThat(interrupted).isNotDone();

        waiting.interrupt();

        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
    }
}
