package io.foldserve.serving.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The store on a real PostgreSQL server; {@code .ci/run} installs one. */
@Tag("postgresql")
class PostgresStoreIT {
    private static PostgresServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = new PostgresServer();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static ExperimentStore open() {
        return new ExperimentStore(new StoreAddress(server.url(), Optional.empty(), Optional.empty()));
    }

    private static CountKey key(String experiment, String name) {
        return new CountKey("digits", experiment, name);
    }

    private static Batch counts(String experiment, String name, long amount) {
        return Batch.of(Map.of(key(experiment, name), amount), List.of());
    }

    @Test
    void whatManyWritersCountAtOnceAddsUp() {
        int writers = 4;
        int batches = 25;
        IntStream.range(0, writers).parallel().forEach(writer -> {
            try (ExperimentStore store = open()) {
                for (int batch = 1; batch <= batches; batch++) {
                    store.write(Batch.of(Map.of(key("many", "a"), 1L, key("many", "b"), 2L), List.of()), batch);
                }
            }
        });

        try (ExperimentStore store = open()) {
            assertThat(store.counts("digits", "many")).isEqualTo(Map.of("a", 100L, "b", 200L));
        }
    }

    @Test
    void feedbackOfOneAnswerFromManyProcessesCountsOnce() {
        AnswerRow row = new AnswerRow("1", "digits", "once", new AnswerRow.Content(new byte[] {1}));
        long counted = IntStream.range(0, 8)
                .parallel()
                .mapToObj(process -> {
                    try (ExperimentStore store = open()) {
                        return store.settle(List.of(new Feedback(row, "3", Map.of(key("once", "right/a/true"), 1L))));
                    }
                })
                .filter(before -> before.get(0).isEmpty())
                .count();

        assertThat(counted).isEqualTo(1);
        try (ExperimentStore store = open()) {
            assertThat(store.counts("digits", "once")).isEqualTo(Map.of("right/a/true", 1L));
            assertThat(store.answer("1").orElseThrow().content().bytes()).containsExactly(1);
        }
    }

    @Test
    void aStoreThatWasGoneIsWrittenAgainAndNothingIsCountedTwice() throws IOException, InterruptedException {
        try (ExperimentStore store = open()) {
            store.write(counts("gone", "a", 1), 1);
            server.stop();
            assertThatThrownBy(() -> store.write(counts("gone", "a", 1), 2)).isInstanceOf(StoreException.class);
            server.start();
            awaitWritten(store, counts("gone", "a", 1), 2);
            store.write(counts("gone", "a", 1), 2);

            assertThat(store.counts("digits", "gone")).isEqualTo(Map.of("a", 2L));
        }
    }

    private static void awaitWritten(ExperimentStore store, Batch batch, long number) {
        for (int attempt = 1; ; attempt++) {
            try {
                store.write(batch, number);
                return;
            } catch (StoreException gone) {
                if (attempt == 15) {
                    throw gone;
                }
            }
        }
    }

    @Test
    void whatOneProcessDeclaresOthersRead() {
        try (ExperimentStore one = open();
                ExperimentStore other = open()) {
            one.declare("digits", new Declared("old", "new"));

            assertThat(other.isShared()).isTrue();
            assertThat(other.declared()).isEqualTo(Map.of("digits", new Declared("old", "new")));
        }
    }

    @Test
    void onlyTheNewestAnswersAreKept() {
        try (ExperimentStore store = open()) {
            List<AnswerRow> rows = IntStream.range(20, 40)
                    .mapToObj(id -> ExperimentStoreTest.row(String.valueOf(id), "x"))
                    .toList();
            store.write(Batch.of(Map.of(), rows), 1);
            store.keepNewest(3);

            assertThat(store.answer("36")).isEmpty();
            assertThat(store.answer("37")).isPresent();
        }
    }
}
