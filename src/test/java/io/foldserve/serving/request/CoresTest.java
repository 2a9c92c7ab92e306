package io.foldserve.serving.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CoresTest {
    private final AtomicInteger present = new AtomicInteger(1);
    private final Cores cores = new Cores(4, present::get);

    @Test
    void aRunThatIsAloneHasAllCores() throws InterruptedException {
        try (Cores.Share share = cores.take(1, 4)) {
            assertThat(share.threads()).isEqualTo(4);
        }
    }

    @Test
    void aRunThatIsNotAloneHasOne() throws InterruptedException {
        present.set(2);

        try (Cores.Share share = cores.take(1, 4)) {
            assertThat(share.threads()).isEqualTo(1);
        }
    }

    @Test
    void twoRunsOfHalfTheCoresHaveThemBoth() throws InterruptedException {
        present.set(2);

        try (Cores.Share one = cores.take(1, 2);
                Cores.Share other = cores.take(1, 2)) {
            assertThat(one.threads()).isEqualTo(2);
            assertThat(other.threads()).isEqualTo(2);
        }
    }

    @Test
    void aRunThatIsAloneSharesWhileAnEarlierOneStillRuns() throws InterruptedException {
        present.set(2);
        try (Cores.Share earlier = cores.take(1, 4)) {
            present.set(1);
            try (Cores.Share later = cores.take(1, 4)) {
                assertThat(earlier.threads() + later.threads()).isEqualTo(2);
            }
        }
    }

    @Test
    void noRunBeginsWhileOneHasAllCores() throws Exception {
        Cores.Share all = cores.take(1, 4);
        present.set(2);
        CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> threads(cores));

        assertThat(waiting.isDone()).isFalse();
        all.close();

        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void whatIsDoneAloneWaitsForTheRunsAndKeepsOthersWaiting() throws Exception {
        Cores.Share running = cores.take(1, 1);
        CompletableFuture<Integer> alone = CompletableFuture.supplyAsync(() -> free(cores));

        Thread.sleep(50);
        assertThat(alone.isDone()).isFalse();
        running.close();

        assertThat(alone.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(threads(cores)).isEqualTo(4);
    }

    /** How many runs of one core could begin while something is done alone. */
    private static int free(Cores cores) {
        try {
            return cores.alone(() -> {
                CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> threads(cores));
                try {
                    run.get(50, TimeUnit.MILLISECONDS);
                    return 1;
                } catch (TimeoutException waits) {
                    return 0;
                } catch (ExecutionException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
            });
        } catch (InterruptedException interruption) {
            throw new IllegalStateException(interruption);
        }
    }

    @Test
    void closedSharesAreFreeAgain() throws InterruptedException {
        for (int run = 0; run < 100; run++) {
            try (Cores.Share share = cores.take(1, 4)) {
                assertThat(share.threads()).isEqualTo(4);
            }
        }
    }

    private static int threads(Cores cores) {
        try (Cores.Share share = cores.take(1, 4)) {
            return share.threads();
        } catch (InterruptedException interruption) {
            throw new IllegalStateException(interruption);
        }
    }
}
