package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop without end is given up. */
@Timeout(60)
class EndlessRunTest {
    private static final Map<String, Tensor> INPUT = Map.of("x", Tensor.ofFloats(Shape.of(1, 3, 8, 8), new float[192]));

    private final Graph endless = OnnxReader.read(EndlessLoop.FILE);

    @Test
    void endsAtTheSessionsLimitAndTheSessionCanBeClosed() {
        SessionSettings settings = new SessionSettings(1, false, true, Duration.ofMillis(300));
        try (ModelSession session = ModelSession.open(endless, settings)) {
            long start = System.nanoTime();

            assertThatThrownBy(() -> session.run(INPUT))
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining("a run took longer than 300 ms and was given up");

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
        }
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws InterruptedException {
        try (ModelSession session = ModelSession.open(endless, new SessionSettings(1, false, true))) {
            AtomicReference<Throwable> failure = new AtomicReference<>(new AssertionError("the run ended by itself"));
            Thread runner = new Thread(() -> session.run(INPUT));
            runner.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
            runner.start();
            Thread.sleep(200);

            runner.interrupt();
            runner.join();

            assertThat(failure.get())
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining("the run was interrupted and given up");
        }
    }
}
