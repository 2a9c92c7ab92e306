package io.foldserve.serving.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.TaskKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsTest {
    private static final Subject SUBJECT =
            new Subject("pets", TaskKind.CLASSIFICATION, List.of("cat", "dog"), List.of("new", "old"), 1);

    @TempDir
    private Path folder = Path.of("");

    private static Tally tally(String picture, long right) {
        Counts counts = new Counts();
        counts.add("right/0/1", right, 1);
        Tally tally = new Tally(SUBJECT, counts, right + 1, right);
        tally.add(new Unreadable(picture, "is no picture"));
        tally.add(new Disagreement(0, picture + "-differs", "cat", "dog", "cat", 0));
        return tally;
    }

    private Path write(String name, byte[] contents) throws IOException {
        return Files.write(folder.resolve(name), contents);
    }

    @Test
    void addUp() throws IOException {
        Path first = write("0.json", Shards.write(tally("b", 3), 0, 2));
        Path second = write("1.json", Shards.write(tally("a", 4), 1, 2));

        Tally sum = Shards.merge(List.of(second, first));

        assertThat(sum.subject()).isEqualTo(SUBJECT);
        assertThat(sum.pictures()).isEqualTo(9);
        assertThat(sum.labelled()).isEqualTo(7);
        assertThat(sum.classification().right(0, 1)).isEqualTo(7);
        assertThat(sum.unreadable()).extracting(Unreadable::name).containsExactly("a", "b");
        assertThat(sum.disagreements().of(0))
                .extracting(Disagreement::name)
                .containsExactlyInAnyOrder("a-differs", "b-differs");
    }

    @Test
    void refusesFilesThatAreDamaged() throws IOException {
        String whole = new String(Shards.write(tally("a", 1), 0, 1), StandardCharsets.UTF_8);
        List<String> damaged = List.of(
                "",
                "[]",
                whole.substring(0, whole.length() / 2),
                whole.replace("shard-1", "shard-9"),
                whole.replace("\"labelled\":1,", ""),
                whole.replace("\"baseline\":1", "\"baseline\":2"),
                whole.replace("\"right/0/1\":[1]", "\"right/0/1\":[1,2]"));
        for (String text : damaged) {
            Path file = write("damaged.json", text.getBytes(StandardCharsets.UTF_8));
            assertThat(text).isNotEqualTo(whole);
            assertThatThrownBy(() -> Shards.merge(List.of(file)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("damaged.json: expected a file that compare --shard wrote");
        }
    }

    @Test
    void refusesPartsOfOtherModels() throws IOException {
        Subject other = new Subject("birds", TaskKind.CLASSIFICATION, List.of("cat", "dog"), List.of("new", "old"), 1);
        Path first = write("0.json", Shards.write(tally("a", 1), 0, 2));
        Path second = write("1.json", Shards.write(new Tally(other), 1, 2));

        assertThatThrownBy(() -> Shards.merge(List.of(first, second)))
                .hasMessageContaining("1.json is of another comparison than ")
                .hasMessageContaining("found part 1 of 2 of model birds");
    }
}
