package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class ElasticSessionTest {
    private static final Map<String, Tensor> INPUT = Map.of("x", Tensor.ofFloats(Shape.of(1, 2), -1, 3));
    private static final Map<String, Tensor> OUTPUT = Map.of("y", Tensor.ofFloats(Shape.of(1, 2), 0, 3));
    private static final SessionSettings ONE = new SessionSettings(1, false, true);
    private static final SessionSettings TWO = new SessionSettings(2, false, true);

    private static Graph relu() {
        GraphBuilder builder = new GraphBuilder("relu");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1, 2)));
        String positive = builder.add("Relu", "y", List.of("x"), Map.of());
        builder.output(Value.of(positive, DType.FLOAT32, Shape.of(1, 2)));
        return builder.build();
    }

    /** Every second interval, one of the session for a run that is alone, takes no time. */
    private static LongSupplier quickAlone() {
        return new LongSupplier() {
            private int readings;
            private long now;

            @Override
            public long getAsLong() {
                now += readings++ % 4 == 3 ? 1000 : 0;
                return now;
            }
        };
    }

    private static ElasticSession undecided() {
        return ElasticSession.undecided(ModelSession.open(relu(), ONE), 1, relu(), TWO);
    }

    @Test
    void runsOnSharedThreadsUntilItIsDecided() throws InterruptedException {
        try (ElasticSession session = undecided()) {
            assertThat(session.aloneThreads()).isEqualTo(1);
            assertThat(session.run(INPUT, 1)).isEqualTo(OUTPUT);
        }
    }

    @Test
    void runsOnAllThreadsWhereThatAnswersSooner() throws InterruptedException {
        try (ElasticSession session = undecided()) {
            assertThat(session.decide(List.of(INPUT), quickAlone(), Runnable::run))
                    .isTrue();

            assertThat(session.aloneThreads()).isEqualTo(2);
            assertThat(session.sharedThreads()).isEqualTo(1);
            assertThat(session.run(INPUT, 2)).isEqualTo(OUTPUT);
            assertThat(session.run(INPUT, 1)).isEqualTo(OUTPUT);
        }
    }

    @Test
    void staysOnSharedThreadsWhereAllAnswerNoSooner() throws InterruptedException {
        try (ElasticSession session = undecided()) {
            long[] now = {0};
            assertThat(session.decide(List.of(INPUT), () -> now[0] += 10, Runnable::run))
                    .isFalse();
            assertThat(session.aloneThreads()).isEqualTo(1);
        }
    }

    @Test
    void isDecidedOnce() throws InterruptedException {
        try (ElasticSession session = undecided()) {
            long[] now = {0};
            session.decide(List.of(INPUT), () -> now[0] += 10, Runnable::run);

            assertThat(session.decide(List.of(INPUT), quickAlone(), Runnable::run))
                    .isFalse();
        }
    }

    @Test
    void opensNothingOnceItIsClosed() throws InterruptedException {
        ElasticSession session = undecided();
        session.close();

        assertThat(session.decide(List.of(INPUT), quickAlone(), Runnable::run)).isFalse();
        assertThatThrownBy(() -> session.run(INPUT, 1)).isInstanceOf(IllegalStateException.class);
    }
}
