package io.foldserve.serving.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final long MIB = 1 << 20;

    @Test
    void isNeverMoreThanAThirdOfTheHeap() {
        MemoryBudget budget = MemoryBudget.within(512 * MIB, 96 * MIB);

        budget.hold(32 * MIB, 0);

        assertThatThrownBy(() -> budget.hold(1, 0))
                .isInstanceOf(QueueFullException.class)
                .hasMessage(
                        "the requests under way hold all of the 33554432 bytes of memory they may; try again in 1 s");
        assertThat(budget.held()).isEqualTo(32 * MIB);
    }

    @Test
    void isWhatIsWantedWhereTheHeapHasIt() {
        MemoryBudget budget = MemoryBudget.within(10, 1024 * MIB);

        budget.hold(10, 0);

        assertThatThrownBy(() -> budget.hold(1, 0)).isInstanceOf(QueueFullException.class);
    }

    @Test
    void hasRoomAgainForWhatIsReleased() {
        MemoryBudget budget = new MemoryBudget(10);
        budget.hold(10, 0);
        budget.release(4);

        budget.hold(4, 0);

        assertThat(budget.held()).isEqualTo(10);
    }

    @Test
    void refusesForGoodWhatOneRequestCanNeverHold() {
        MemoryBudget budget = new MemoryBudget(10);

        assertThatThrownBy(() -> budget.hold(5, 6))
                .isInstanceOf(RequestTooLargeException.class)
                .hasMessage("the request takes 11 bytes of memory to answer, and all requests together may hold 10");
        assertThat(Refusal.of(new RequestTooLargeException(11, 10)).reason()).isEqualTo(Refusal.Reason.TOO_LARGE);
        assertThat(budget.held()).isZero();
    }

    @Test
    void thatWasNotEnoughAllTheSameIsTheServicesShortage() {
        Refusal refusal = Refusal.of(new OutOfMemoryError("Java heap space"));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
        assertThat(refusal.sentence()).isEqualTo("memory is short; try again in 1 s");
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(1));
    }
}
