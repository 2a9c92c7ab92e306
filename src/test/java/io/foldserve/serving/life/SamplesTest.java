package io.foldserve.serving.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.serving.catalogue.UnknownNameException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files of a model's folder anyone may see. */
class SamplesTest {
    private Path directory;
    private Path folder;
    private Samples samples;

    @BeforeEach
    void makeFolder(@TempDir Path directory) throws IOException {
        this.directory = directory;
        folder = Files.createDirectories(directory.resolve("cats/samples"));
        Files.writeString(directory.resolve("cats/model.yaml"), "task: classification");
        Files.writeString(directory.resolve("cats/secret.png"), "secret");
        samples = new Samples(new ModelFolders(directory), 10);
    }

    @Test
    void picturesAreListedByNameAndRead() throws IOException {
        Files.writeString(folder.resolve("b.JPG"), "b");
        Files.writeString(folder.resolve("a.png"), "a");
        assertThat(samples.names("cats")).containsExactly("a.png", "b.JPG");
        assertThat(samples.read("cats", "b.JPG")).containsExactly('b');
    }

    @ParameterizedTest
    @ValueSource(strings = {"notes.txt", ".hidden.png", "large.png", "link.png", "folder.png"})
    void nothingElseIsListedOrRead(String name) throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "notes");
        Files.writeString(folder.resolve(".hidden.png"), "hidden");
        Files.writeString(folder.resolve("large.png"), "more than ten");
        Files.createSymbolicLink(folder.resolve("link.png"), Path.of("../secret.png"));
        Files.createDirectory(folder.resolve("folder.png"));
        assertThat(samples.names("cats")).isEmpty();
        assertThatThrownBy(() -> samples.read("cats", name))
                .isInstanceOf(UnknownNameException.class)
                .hasMessage("there is no sample '%s', expected one of []", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.png", "../model.yaml", "/etc/passwd", ""})
    void noNameLeadsOutOfTheFolder(String name) {
        assertThatThrownBy(() -> samples.read("cats", name)).isInstanceOf(UnknownNameException.class);
    }

    @Test
    void aFolderOfSamplesThatIsALinkIsNotFollowed() throws IOException {
        Files.delete(folder);
        Files.writeString(Files.createDirectory(directory.resolve("elsewhere")).resolve("a.png"), "a");
        Files.createSymbolicLink(folder, directory.resolve("elsewhere"));
        assertThat(samples.names("cats")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dogs", "..", ""})
    void aModelThatIsNotThereHasNone(String model) {
        assertThat(samples.names(model)).isEmpty();
    }
}
