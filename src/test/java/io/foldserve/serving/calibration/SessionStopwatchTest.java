package io.foldserve.serving.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.session.SessionSettings;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** On a clock that counts how often it is read. */
class SessionStopwatchTest {
    private static final SessionSettings SETTINGS = new SessionSettings(1, false, true);

    private final AtomicLong time = new AtomicLong();

    private SessionStopwatch stopwatch(long step) {
        return new SessionStopwatch(SETTINGS, () -> time.addAndGet(step));
    }

    @Test
    void trustsThePredictionWhenBothTakeAsLong() {
        assertThat(stopwatch(1_000_000).time(TimedOperator.POINTWISE.chain(1), TimedOperator.POINTWISE.chain(2)))
                .hasValueSatisfying(race -> {
                    assertThat(race.rivalWins()).isFalse();
                    assertThat(race.favouriteNanos()).isEqualTo(1e6);
                    assertThat(race.rivalNanos()).isEqualTo(1e6);
                });
    }

    @Test
    void timesEqualGraphsOnce() {
        SessionStopwatch stopwatch = stopwatch(1_000_000);
        var first = stopwatch.time(TimedOperator.POINTWISE.chain(1), TimedOperator.POINTWISE.chain(2));
        long after = time.get();
        assertThat(stopwatch.time(TimedOperator.POINTWISE.chain(1), TimedOperator.POINTWISE.chain(2)))
                .isEqualTo(first);
        assertThat(time).hasValue(after);
    }

    @Test
    void doesNotTimeWhatTakesTooLong() {
        assertThat(stopwatch(60_000_000).time(TimedOperator.POINTWISE.chain(1), TimedOperator.POINTWISE.chain(2)))
                .isEmpty();
    }
}
