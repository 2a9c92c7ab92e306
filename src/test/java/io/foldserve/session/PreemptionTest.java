package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.graph.Graph;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PreemptionTest {
    private static final Graph IDENTITY = ModelSessionTest.identity(DType.FLOAT32, Shape.of(2));
    private static final Map<String, Tensor> INPUT = Map.of("x", Tensor.ofFloats(Shape.of(2), 3, 5));
    private static final Map<String, Tensor> OUTPUT = Map.of("y", Tensor.ofFloats(Shape.of(2), 3, 5));

    @Test
    void aRunThatCanBeGivenUpAnswersAsAnyOther() {
        try (ModelSession session = ModelSession.open(IDENTITY, new SessionSettings(1, false, false));
                Preemption preemption = new Preemption()) {
            assertThat(session.run(INPUT)).isEqualTo(OUTPUT);
            assertThat(preemption.isStopped()).isFalse();
        }
    }

    @Test
    void aRunThatIsGivenUpFailsAndTheNextOneDoesNot() {
        try (ModelSession session = ModelSession.open(IDENTITY, new SessionSettings(1, false, false))) {
            try (Preemption preemption = new Preemption()) {
                preemption.stop();
                assertThatThrownBy(() -> session.run(INPUT)).isInstanceOf(SessionException.class);
                assertThat(preemption.isStopped()).isTrue();
            }
            assertThat(session.run(INPUT)).isEqualTo(OUTPUT);
        }
    }

    @Test
    void onlyTheThreadThatMadeItIsAsked() throws InterruptedException {
        try (ModelSession session = ModelSession.open(IDENTITY, new SessionSettings(1, false, false));
                Preemption preemption = new Preemption()) {
            preemption.stop();
            Thread request = new Thread(() -> session.run(INPUT));
            boolean[] failed = new boolean[1];
            request.setUncaughtExceptionHandler((thread, failure) -> failed[0] = true);
            request.start();
            request.join();

            assertThat(failed[0]).isFalse();
        }
    }
}
