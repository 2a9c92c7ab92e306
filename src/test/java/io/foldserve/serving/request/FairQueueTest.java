package io.foldserve.serving.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;

/** The queue's decisions on a clock that the test moves; one worker, unless a test says otherwise. */
class FairQueueTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private long now;
    private FairQueue queue = new FairQueue(1, () -> now);

    @BeforeTry
    void empty() {
        queue = new FairQueue(1, () -> now);
    }

    private static Demand one(String model) {
        return new Demand(model, 1);
    }

    private Ticket<?> ticket(Demand demand) {
        return new Ticket<>(work -> "", demand, LONG, now);
    }

    private Ticket<?> add(Demand demand) {
        Ticket<?> ticket = ticket(demand);
        queue.add(ticket);
        return ticket;
    }

    private Ticket<?> next() {
        return queue.next().orElseThrow();
    }

    /** Has one request of {@code model} run, so that the queue knows what its pictures take. */
    private void teach(String model, Duration cost) {
        add(one(model));
        run(cost);
    }

    /** Runs what is next for {@code cost} a picture. */
    private Ticket<?> run(Duration cost) {
        Ticket<?> ticket = next();
        now += cost.toNanos() * ticket.demand().pictures();
        queue.ended(ticket, true);
        return ticket;
    }

    private Duration wait(String model) {
        return Duration.ofNanos(Math.round(queue.expectedWait(one(model))));
    }

    @Test
    void nothingWaitsForNothing() {
        assertThat(queue.next()).isEmpty();
        assertThat(wait("a")).isZero();
    }

    @Test
    void theWaitIsWhatWaitsTimesWhatItTakes() {
        teach("a", Duration.ofMillis(30));
        add(one("a"));
        next();
        add(one("a"));
        add(new Demand("a", 4));

        assertThat(wait("a").toMillis()).isEqualTo(30 + 30 + 4 * 30);
        now += Duration.ofMillis(20).toNanos();
        assertThat(wait("a").toMillis()).isEqualTo(10 + 30 + 4 * 30);
        now += Duration.ofMillis(500).toNanos();
        assertThat(wait("a").toMillis()).isEqualTo(30 + 4 * 30);
    }

    @Test
    void severalWorkersShareWhatWaits() {
        FairQueue four = new FairQueue(4, () -> now);
        for (int i = 0; i < 12; i++) {
            four.add(ticket(one("a")));
        }
        for (int i = 0; i < 4; i++) {
            four.next();
        }

        assertThat(four.expectedWait(one("a"))).isCloseTo(30e6, within(1e3));
    }

    @Test
    void whoeverAsksAnotherModelWaitsForAsMuchOfEachAsItsOwn() {
        teach("a", Duration.ofMillis(10));
        teach("b", Duration.ofMillis(1));
        for (int i = 0; i < 100; i++) {
            add(one("a"));
        }
        add(one("b"));
        add(one("b"));

        assertThat(wait("b").toMillis()).isEqualTo(2 + 3);
        assertThat(wait("a").toMillis()).isEqualTo(1000 + 2);
    }

    @Test
    void isRefusedOnceTheDeadlineCannotBeMet() {
        teach("a", Duration.ofMillis(10));
        for (int i = 0; i < 8; i++) {
            add(one("a"));
        }
        assertThatCode(() -> queue.expectRoom(one("a"), LONG, Duration.ofMillis(90)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> queue.expectRoom(one("a"), LONG, Duration.ofMillis(89)))
                .isInstanceOf(QueueFullException.class)
                .hasMessage("too many requests to model a wait: another would wait 80 ms, more than 79 ms; try again in"
                        + " 1 s");
        assertThatThrownBy(() -> queue.expectRoom(new Demand("a", 3), LONG, Duration.ofMillis(100)))
                .isInstanceOf(QueueFullException.class);
        assertThatThrownBy(() -> queue.expectRoom(one("a"), Duration.ofMillis(79), LONG))
                .isInstanceOf(QueueFullException.class);
    }

    @Test
    void retryAfterIsWhatTheWaitHasTooMuch() {
        teach("a", Duration.ofSeconds(1));
        for (int i = 0; i < 30; i++) {
            add(one("a"));
        }
        assertThatThrownBy(() -> queue.expectRoom(one("a"), LONG, Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(QueueFullException.class, full -> assertThat(full.retryAfter())
                        .isEqualTo(Duration.ofSeconds(21)));
    }

    @Test
    void theFirstOfAModelIsNeverRefused() {
        teach("a", Duration.ofSeconds(60));
        add(one("a"));
        next();

        assertThatCode(() -> queue.expectRoom(one("a"), Duration.ofMillis(1), Duration.ofMillis(1)))
                .doesNotThrowAnyException();
        assertThatCode(() -> queue.expectRoom(one("b"), Duration.ofMillis(1), Duration.ofMillis(1)))
                .doesNotThrowAnyException();
    }

    @Test
    void whatNobodyWantedTeachesNothing() {
        teach("a", Duration.ofMillis(10));
        Ticket<?> gone = add(one("a"));
        next();
        queue.ended(gone, false);
        add(one("a"));

        assertThat(wait("a").toMillis()).isEqualTo(10);
    }

    @Test
    void whatLeavesTheQueueIsWaitedForNoMore() {
        Ticket<?> gone = add(new Demand("a", 5));
        add(one("a"));
        queue.remove(gone);
        queue.remove(gone);

        assertThat(queue.waiting()).isEqualTo(1);
        assertThat(wait("a").toMillis()).isEqualTo(10);
        assertThat(next()).isNotSameAs(gone);
    }

    /** Of two models that always have requests, neither has had more than one request's time more than the other. */
    @Property(tries = 200)
    void workersTimeIsSharedEqually(
            @ForAll @IntRange(min = 1, max = 50) int costOfA, @ForAll @IntRange(min = 1, max = 50) int costOfB) {
        Map<String, Long> had = new HashMap<>(Map.of("a", 0L, "b", 0L));
        teach("a", Duration.ofMillis(costOfA));
        teach("b", Duration.ofMillis(costOfB));
        for (int i = 0; i < 200; i++) {
            add(one("a"));
            add(one("b"));
        }
        long ahead = 0;
        for (int i = 0; i < 100; i++) {
            String model = run(costOfA, costOfB);
            had.merge(model, (long) (model.equals("a") ? costOfA : costOfB), Long::sum);
            ahead = Math.max(ahead, Math.abs(had.getOrDefault("a", 0L) - had.getOrDefault("b", 0L)));
        }

        assertThat(ahead).isLessThanOrEqualTo(2L * Math.max(costOfA, costOfB));
    }

    private String run(int costOfA, int costOfB) {
        Ticket<?> ticket = next();
        String model = ticket.demand().model();
        now += Duration.ofMillis(model.equals("a") ? costOfA : costOfB).toNanos();
        queue.ended(ticket, true);
        return model;
    }

    /** Where costs are what they were and nobody comes after it, a request waits no longer than was expected. */
    @Property(tries = 300)
    void nobodyWaitsLongerThanExpected(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 2) Integer> arrivals,
            @ForAll @IntRange(min = 0, max = 2) int mine) {
        List<Duration> costs = List.of(Duration.ofMillis(2), Duration.ofMillis(7), Duration.ofMillis(31));
        for (int model = 0; model < costs.size(); model++) {
            teach(String.valueOf(model), costs.get(model));
        }
        arrivals.forEach(model -> add(one(String.valueOf(model))));
        double expected = queue.expectedWait(one(String.valueOf(mine)));
        Ticket<?> ticket = add(one(String.valueOf(mine)));
        long start = now;
        List<String> before = new ArrayList<>();
        Ticket<?> running = next();
        while (running != ticket) {
            String model = running.demand().model();
            before.add(model);
            now += costs.get(Integer.parseInt(model)).toNanos();
            queue.ended(running, true);
            running = next();
        }

        double longest = Duration.ofMillis(31).toNanos() * 2.0;
        assertThat((double) (now - start)).as("behind %s", before).isLessThanOrEqualTo(expected + longest);
    }

    /** After the time that a refusal names, with nobody else coming, the same request is accepted. */
    @Property(tries = 200)
    void whoeverComesBackWhenToldIsAccepted(
            @ForAll @IntRange(min = 1, max = 300) int waiting, @ForAll @IntRange(min = 1, max = 100) int millis) {
        Duration cost = Duration.ofMillis(millis);
        teach("a", cost);
        for (int i = 0; i < waiting; i++) {
            add(one("a"));
        }
        Optional<Duration> retryAfter = refusal(one("a"), Duration.ofSeconds(2));
        if (retryAfter.isPresent()) {
            long back = now + retryAfter.get().toNanos();
            while (now < back && queue.waiting() > 0) {
                run(cost);
            }
            assertThat(refusal(one("a"), Duration.ofSeconds(2))).isEmpty();
        }
    }

    private Optional<Duration> refusal(Demand demand, Duration deadline) {
        try {
            queue.expectRoom(demand, LONG, deadline);
            return Optional.empty();
        } catch (QueueFullException full) {
            return Optional.of(full.retryAfter());
        }
    }
}
