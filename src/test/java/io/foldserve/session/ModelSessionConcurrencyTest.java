package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSessionConcurrencyTest {
    private static final int THREADS = 8;
    private static final Shape IMAGE = Shape.of(1, 3, 24, 24);

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void givesEveryThreadTheAnswerToItsOwnInput(int intraOpThreads) throws Exception {
        try (ModelSession session = ModelSession.open(network(), new SessionSettings(intraOpThreads, false, true))) {
            List<Map<String, Tensor>> alone = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                alone.add(session.run(image(thread)));
            }
            List<Callable<Boolean>> work = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int mine = thread;
                work.add(() -> {
                    for (int run = 0; run < 50; run++) {
                        if (!session.run(image(mine)).equals(alone.get(mine))) {
                            return false;
                        }
                    }
                    return true;
                });
            }
            for (Future<Boolean> same : allOf(work)) {
                assertThat(same.get()).isTrue();
            }
        }
    }

    @Test
    void answersTheRunsUnderWayBeforeItClosesAndRefusesTheRest() throws Exception {
        ModelSession session = ModelSession.open(network(), new SessionSettings(1, false, true));
        Map<String, Tensor> expected = session.run(image(0));
        CountDownLatch running = new CountDownLatch(THREADS);
        List<Callable<Integer>> work = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            work.add(() -> runUntilClosed(session, expected, running));
        }
        work.add(() -> {
            running.await();
            session.close();
            return 1;
        });
        for (Future<Integer> answered : allOf(work)) {
            assertThat(answered.get()).isPositive();
        }
    }

    private static int runUntilClosed(ModelSession session, Map<String, Tensor> expected, CountDownLatch running) {
        int answered = 0;
        try {
            while (true) {
                assertThat(session.run(image(0))).isEqualTo(expected);
                if (answered++ == 0) {
                    running.countDown();
                }
            }
        } catch (IllegalStateException closed) {
            assertThat(closed).hasMessageContaining("is closed");
            return answered;
        }
    }

    private static <T> List<Future<T>> allOf(List<Callable<T>> work) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            return threads.invokeAll(work);
        } finally {
            threads.shutdown();
        }
    }

    private static Map<String, Tensor> image(int seed) {
        return Map.of("image", RandomTensor.of(IMAGE, seed));
    }

    private static Graph network() {
        GraphBuilder builder = new GraphBuilder("network");
        builder.input(Value.of("image", DType.FLOAT32, IMAGE));
        builder.constant("kernel", RandomTensor.of(Shape.of(8, 3, 3, 3), 100));
        builder.add("Conv", "conv", List.of("image", "kernel"), Map.of("pads", Attribute.ints(1, 1, 1, 1)));
        builder.add("Relu", "relu", List.of("conv"));
        builder.add("GlobalAveragePool", "pooled", List.of("relu"));
        builder.output(Value.of("conv", DType.FLOAT32, Shape.of(1, 8, 24, 24)));
        builder.output(Value.of("pooled", DType.FLOAT32, Shape.of(1, 8, 1, 1)));
        return builder.build();
    }
}
