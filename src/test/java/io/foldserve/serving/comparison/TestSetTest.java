package io.foldserve.serving.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.Colour;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.Resize;
import io.foldserve.task.TaskKind;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.Interpolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSetTest {
    private static final List<String> LABELS = List.of("cat", "dog", "sea, calm");

    @TempDir
    private Path folder = Path.of("");

    private static VisionTask task(TaskKind kind) {
        return new VisionTask(
                kind,
                new Preprocessing(
                        8,
                        8,
                        Colour.GREY,
                        new Resize.Exact(8, 8),
                        Interpolation.BILINEAR,
                        false,
                        List.of(0.5),
                        List.of(0.5),
                        Preprocessing.UNIT_SCALE),
                LABELS);
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        }
    }

    private TestSet classification() {
        return TestSet.read(
                folder.resolve("images"), Optional.empty(), Optional.empty(), task(TaskKind.CLASSIFICATION));
    }

    private TestSet labelled(String csv) throws IOException {
        Path file = Files.writeString(folder.resolve("labels.csv"), csv);
        return TestSet.read(
                folder.resolve("images"), Optional.of(file), Optional.empty(), task(TaskKind.CLASSIFICATION));
    }

    private TestSet segmentation() {
        return TestSet.read(
                folder.resolve("images"),
                Optional.empty(),
                Optional.of(folder.resolve("masks")),
                task(TaskKind.SEGMENTATION));
    }

    @Test
    void takesTheNamesOfFoldersAsLabelsOrIndices() throws IOException {
        files("images/dog/b.png", "images/0/a.png", "images/dog/deeper/c.jpg", "images/dog/.hidden");

        assertThat(classification().examples())
                .extracting(Example::name, Example::label)
                .containsExactly(tuple("0/a.png", 0), tuple("dog/b.png", 1), tuple("dog/deeper/c.jpg", 1));
    }

    private static Tuple tuple(String name, int label) {
        return Tuple.tuple(name, Optional.of(label));
    }

    @Test
    void aFlatFolderHasNoRightAnswers() throws IOException {
        files("images/a.png", "images/b.png");

        assertThat(classification().examples()).extracting(Example::label).containsOnly(Optional.empty());
    }

    @Test
    void namesEveryFolderThatIsNoClassAndEveryFileBesideTheFolders() throws IOException {
        files("images/bird/a.png", "images/bird/b.png", "images/3/c.png", "images/dog/d.png", "images/stray.png");

        assertThatThrownBy(this::classification)
                .isInstanceOfSatisfying(InvalidInputException.class, refusal -> assertThat(refusal.problems())
                        .containsExactly(
                                "folder 3: expected one of the model's labels or an index below 3, found \"3\";"
                                        + " the labels are cat, dog, sea, calm",
                                "folder bird: expected one of the model's labels or an index below 3, found \"bird\";"
                                        + " the labels are cat, dog, sea, calm",
                                "stray.png: expected one folder a class, found a file beside the folders"));
    }

    @Test
    void readsACsvWithLabelsIndicesQuotesAndAHeader() throws IOException {
        files("images/a.png", "images/b,c.png", "images/x/d.png");

        assertThat(labelled("file,label\r\na.png,dog\r\n\"b,c.png\",\"sea, calm\"\r\n x/d.png , 0 \r\n\r\n")
                        .examples())
                .extracting(Example::name, Example::label)
                .containsExactly(tuple("a.png", 1), tuple("b,c.png", 2), tuple("x/d.png", 0));
    }

    @Test
    void namesEveryLineOfACsvThatCannotBeUsed() throws IOException {
        files("images/a.png");

        assertThatThrownBy(() -> labelled("a.png,bird\nb.png\na.png,dog\na.png,cat\n"))
                .isInstanceOfSatisfying(InvalidInputException.class, refusal -> assertThat(refusal.problems())
                        .containsExactly(
                                "line 1: expected one of the model's labels or an index below 3, found \"bird\";"
                                        + " the labels are cat, dog, sea, calm",
                                "line 2: expected file,label, found \"b.png\";"
                                        + " put a field with a comma in double quotes",
                                "line 4: a.png is named twice; write one line for each file"));
    }

    @Test
    void namesFilesWithoutALineAndLinesWithoutAFile() throws IOException {
        files("images/a.png", "images/b.png");

        assertThatThrownBy(() -> labelled("a.png,dog\nc.png,cat\n"))
                .isInstanceOfSatisfying(InvalidInputException.class, refusal -> assertThat(refusal.problems())
                        .hasSize(2)
                        .contains("expected a line for b.png, found none")
                        .anyMatch(problem -> problem.startsWith("c.png: there is no such file in ")));
    }

    @Test
    void refusesACsvThatIsEmptyOrNoText() throws IOException {
        files("images/a.png");

        assertThatThrownBy(() -> labelled("file,label\n")).hasMessageContaining("expected lines of file,label");
        Path binary = Files.write(folder.resolve("labels.csv"), new byte[] {(byte) 0xC3, 0x28});
        assertThatThrownBy(() -> TestSet.read(
                        folder.resolve("images"), Optional.of(binary), Optional.empty(), task(TaskKind.CLASSIFICATION)))
                .hasMessageContaining("cannot be read as UTF-8 text");
    }

    @Test
    void findsMasksByTheirStems() throws IOException {
        files("images/a.jpg", "images/x/b.png", "masks/a.png", "masks/x/b.png", "masks/unused.png");

        assertThat(segmentation().examples())
                .extracting(Example::mask)
                .containsExactly(
                        Optional.of(folder.resolve("masks/a.png")), Optional.of(folder.resolve("masks/x/b.png")));
    }

    @Test
    void namesEveryPictureWithoutAMask() throws IOException {
        files("images/a.jpg", "images/b.jpg", "masks/b.png");

        assertThatThrownBy(this::segmentation).hasMessageContaining("expected a mask a.png for a.jpg, found none");
    }

    @Test
    void refusesAnswersThatDoNotSuitTheTask() throws IOException {
        files("images/a.jpg", "masks/a.png");
        Path images = folder.resolve("images");

        assertThatThrownBy(() -> TestSet.read(
                        images, Optional.empty(), Optional.of(folder.resolve("masks")), task(TaskKind.CLASSIFICATION)))
                .hasMessageContaining("the model classifies; give its right answers with --labels");
        assertThatThrownBy(
                        () -> TestSet.read(images, Optional.of(images), Optional.empty(), task(TaskKind.SEGMENTATION)))
                .hasMessageContaining("the model segments; give its right answers with --masks");
    }

    @Test
    void refusesFoldersThatAreAbsentOrEmpty() throws IOException {
        assertThatThrownBy(this::classification).hasMessageContaining("expected a folder, found none there");
        Files.createDirectory(folder.resolve("images"));
        assertThatThrownBy(this::classification).hasMessageContaining("expected pictures, found no file");
    }

    @Test
    void shardsShareThePicturesOut() throws IOException {
        files("images/a.png", "images/b.png", "images/c.png", "images/d.png");
        TestSet whole = classification();

        assertThat(whole.shard(0, 3).examples()).extracting(Example::name).containsExactly("a.png", "d.png");
        assertThat(whole.shard(2, 3).examples()).extracting(Example::name).containsExactly("c.png");
        assertThat(whole.shard(4, 5).size()).isZero();
    }
}
