package io.foldserve.serving.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.serving.catalogue.NotReadyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RequestQueueTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Demand ONE = new Demand("digits", 1);

    private final CountDownLatch gate = new CountDownLatch(1);
    private final RequestQueue queue = new RequestQueue(LONG, 1, System::nanoTime);

    @AfterEach
    void close() {
        gate.countDown();
        queue.close();
    }

    @Test
    void answersInTheOrderOfArrival() throws Exception {
        Ticket<Integer> running = occupyTheWorker();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Ticket<Boolean>> tickets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            tickets.add(queue.submit(ticket -> order.add(number), ONE, LONG));
        }
        gate.countDown();
        for (Ticket<Boolean> ticket : tickets) {
            assertThat(get(ticket)).isTrue();
        }
        assertThat(get(running)).isEqualTo(42);
        assertThat(order).containsExactly(0, 1, 2);
    }

    @Test
    void refusesAtOnceWhatWouldWaitTooLongAndSaysWhenToTryAgain() throws Exception {
        occupyTheWorker();
        queue.submit(ticket -> 1, ONE, LONG);
        assertThatThrownBy(() -> queue.submit(ticket -> 1, ONE, Duration.ofMillis(15)))
                .isInstanceOfSatisfying(QueueFullException.class, full -> assertThat(full.retryAfter())
                        .isEqualTo(Duration.ofSeconds(1)));
        assertThat(queue.depth()).isEqualTo(1);
    }

    @Test
    void oneModelsRequestsDoNotWaitForAllOfAnothers() throws Exception {
        occupyTheWorker();
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            queue.submit(ticket -> order.add("digits"), ONE, LONG);
        }
        Ticket<Boolean> other = queue.submit(ticket -> order.add("scenes"), new Demand("scenes", 1), LONG);
        gate.countDown();
        get(other);
        finishEverything();
        assertThat(order.indexOf("scenes")).isLessThanOrEqualTo(1);
    }

    @Test
    void neverRunsARequestPastItsDeadline() throws Exception {
        occupyTheWorker();
        AtomicBoolean ran = new AtomicBoolean();
        Ticket<Boolean> late = queue.submit(ticket -> ran.getAndSet(true), ONE, Duration.ofMillis(20));
        assertThatThrownBy(() -> get(late)).hasCauseInstanceOf(DeadlineExceededException.class);
        waitUntilItsPlaceIsFree();
        finishEverything();
        assertThat(ran).isFalse();
    }

    @Test
    void neverRunsARequestWhoseClientWentAway() throws Exception {
        occupyTheWorker();
        AtomicBoolean ran = new AtomicBoolean();
        Ticket<Boolean> gone = queue.submit(ticket -> ran.getAndSet(true), ONE, LONG);
        gone.abandon();
        waitUntilItsPlaceIsFree();
        finishEverything();
        assertThat(ran).isFalse();
        assertThatThrownBy(() -> get(gone)).hasCauseInstanceOf(CancellationException.class);
    }

    @Test
    void endsRunningWorkAtItsNextStageWhenNobodyWaits() throws Exception {
        CountDownLatch abandoned = new CountDownLatch(1);
        CompletableFuture<String> stage = new CompletableFuture<>();
        Ticket<Integer> gone = queue.submit(
                ticket -> {
                    stage.complete("decoded");
                    abandoned.await();
                    ticket.expectWanted();
                    stage.obtrudeValue("inferred");
                    return 1;
                },
                ONE,
                LONG);
        stage.get();
        gone.abandon();
        abandoned.countDown();
        finishEverything();
        assertThat(stage).isCompletedWithValue("decoded");
    }

    @Test
    void aFailingRequestHarmsNoOther() throws Exception {
        Ticket<Integer> failing = queue.submit(
                ticket -> {
                    throw new StackOverflowError("deep");
                },
                ONE,
                LONG);
        assertThatThrownBy(() -> get(failing)).hasCauseInstanceOf(StackOverflowError.class);
        Ticket<Integer> next = queue.submit(ticket -> 7, ONE, LONG);
        assertThat(get(next)).isEqualTo(7);
    }

    @Test
    void closingAnswersWhatWasAcceptedAndRefusesTheRest() throws Exception {
        Ticket<Integer> running = occupyTheWorker();
        Ticket<Integer> accepted = queue.submit(ticket -> 7, ONE, LONG);
        Thread closing = new Thread(queue::close);
        closing.start();
        while (closing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> queue.submit(ticket -> 1, ONE, LONG)).isInstanceOf(NotReadyException.class);
        gate.countDown();
        closing.join();
        assertThat(get(running)).isEqualTo(42);
        assertThat(get(accepted)).isEqualTo(7);
    }

    private Ticket<Integer> occupyTheWorker() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Ticket<Integer> running = queue.submit(
                ticket -> {
                    begun.countDown();
                    gate.await();
                    return 42;
                },
                ONE,
                LONG);
        begun.await();
        return running;
    }

    /** Returns only when the settled ticket has left the queue; the class's timeout fails a test that waits in vain. */
    private void waitUntilItsPlaceIsFree() {
        while (queue.depth() > 0) {
            Thread.onSpinWait();
        }
    }

    /** Lets the worker go and waits until it has passed everything accepted so far. */
    private void finishEverything() throws Exception {
        gate.countDown();
        get(queue.submit(ticket -> 0, ONE, LONG));
    }

    private static <T> T get(Ticket<T> ticket) throws Exception {
        return ticket.result().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
