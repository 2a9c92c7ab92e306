package io.foldserve.serving.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store; {@code PostgresIT} holds the same of a server. */
class ExperimentStoreTest {
    private Path directory;

    @BeforeEach
    void in(@TempDir Path given) {
        directory = given;
    }

    private ExperimentStore open() {
        return new ExperimentStore(StoreAddress.embedded(directory));
    }

    private static CountKey key(String name) {
        return new CountKey("digits", "e/1", name);
    }

    static AnswerRow row(String id, String content) {
        return new AnswerRow(id, "digits", "e/1", new AnswerRow.Content(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static Batch counts(String name, long amount) {
        return Batch.of(Map.of(key(name), amount), List.of());
    }

    @Test
    void countsAddUpAndOutliveTheStore() {
        try (ExperimentStore store = open()) {
            store.write(counts("assigned/a", 3), 1);
            store.write(Batch.of(Map.of(key("assigned/a"), 4L, key("assigned/b"), 1L), List.of()), 2);
        }
        try (ExperimentStore store = open()) {
            store.write(counts("assigned/b", 5), 1);

            assertThat(store.counts("digits", "e/1")).isEqualTo(Map.of("assigned/a", 7L, "assigned/b", 6L));
            assertThat(store.counts("digits", "e/2")).isEmpty();
            assertThat(store.counts("others", "e/1")).isEmpty();
        }
    }

    @Test
    void aBatchThatWasWrittenBeforeAddsNothing() {
        try (ExperimentStore store = open()) {
            store.write(counts("assigned/a", 3), 1);
            store.write(counts("assigned/a", 3), 1);
            store.write(counts("assigned/a", 1), 2);

            assertThat(store.counts("digits", "e/1")).isEqualTo(Map.of("assigned/a", 4L));
        }
    }

    @Test
    void feedbackCountsOnceAndIsAnsweredWithWhatWasSaidBefore() {
        Feedback three = new Feedback(row("1", "x"), "3", Map.of(key("right/a/true"), 1L));
        Feedback five = new Feedback(row("1", "x"), "5", Map.of(key("right/a/false"), 1L));
        try (ExperimentStore store = open()) {
            assertThat(store.settle(List.of(three))).containsExactly(Optional.empty());
            assertThat(store.settle(List.of(three, five))).containsExactly(Optional.of("3"), Optional.of("3"));

            assertThat(store.counts("digits", "e/1")).isEqualTo(Map.of("right/a/true", 1L));
        }
    }

    @Test
    void anAnswerIsFoundByItsIdWithTheNewestContent() {
        try (ExperimentStore store = open()) {
            store.write(Batch.of(Map.of(), List.of(row("1", "one"), row("2", "two"))), 1);
            store.write(Batch.of(Map.of(), List.of(row("2", "shadow"))), 2);

            assertThat(store.answer("2").orElseThrow().content().bytes())
                    .asString()
                    .isEqualTo("shadow");
            assertThat(store.answer("3")).isEmpty();
        }
    }

    @Test
    void onlyTheNewestAnswersAreKept() {
        try (ExperimentStore store = open()) {
            List<AnswerRow> rows = IntStream.range(10, 30)
                    .mapToObj(id -> row(String.valueOf(id), "x"))
                    .toList();
            store.write(Batch.of(Map.of(), rows), 1);
            store.keepNewest(50);
            assertThat(store.answer("10")).isPresent();
            store.keepNewest(5);

            assertThat(store.answer("24")).isEmpty();
            assertThat(store.answer("25")).isPresent();
        }
    }

    @Test
    void whatWasDeclaredLastIsKept() {
        try (ExperimentStore store = open()) {
            store.declare("digits", new Declared("old", "one"));
            store.declare("digits", new Declared("old", "two"));

            assertThat(store.declared()).isEqualTo(Map.of("digits", new Declared("old", "two")));
        }
    }

    @Test
    void saysThatItCannotBeReachedAndWorksOnceItCan() throws Exception {
        Path occupied = Files.createFile(directory.resolve("data"));
        try (ExperimentStore store = new ExperimentStore(StoreAddress.embedded(occupied))) {
            assertThatThrownBy(() -> store.write(counts("a", 1), 1))
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("the store of experiments cannot be reached");
            Files.delete(occupied);

            store.write(counts("a", 1), 1);
            assertThat(store.counts("digits", "e/1")).isEqualTo(Map.of("a", 1L));
        }
    }

    @Test
    void aFullDiskIsSaidToBeFullAndWrittenAgainOnceThereIsRoom() {
        FullDisk.register();
        StoreAddress full = new StoreAddress(
                "jdbc:h2:full:" + directory.resolve("experiments") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
                Optional.empty(),
                Optional.empty());
        try (ExperimentStore store = new ExperimentStore(full)) {
            store.write(counts("assigned/a", 3), 1);
            FullDisk.isFull = true;
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> store.write(counts("assigned/a", 4), 2))
                        .isInstanceOf(StoreException.class)
                        .hasMessage("the store of experiments has no room left on its disk; nothing of this was kept,"
                                + " send it again once there is room");
            }
            FullDisk.isFull = false;
            store.write(counts("assigned/a", 4), 2);

            assertThat(store.counts("digits", "e/1")).isEqualTo(Map.of("assigned/a", 7L));
        } finally {
            FullDisk.isFull = false;
        }
    }
}
