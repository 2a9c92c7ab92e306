package io.foldserve.serving.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.load.LoadedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks by hand, so that nothing depends on how fast a test runs. */
class FolderWatchTest {
    private final Catalogue catalogue = new Catalogue();
    private final Path directory;
    private final Path folder;
    private final Repository repository;
    private final FolderWatch watch;

    FolderWatchTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        folder = LoadedModels.copy("digits", directory, "digits");
        ModelLife life = LoadedModels.life(directory, catalogue, LoadedModels.NOBODY);
        repository = new Repository(life);
        watch = new FolderWatch(new ModelFolders(directory), life, repository, catalogue);
    }

    @BeforeEach
    void load() {
        repository.start(() -> {});
        settle();
    }

    @AfterEach
    void release() {
        watch.close();
        repository.close();
        catalogue.close();
    }

    /** Waits for everything that was asked of the repository. */
    private void settle() {
        repository
                .load("digits")
                .exceptionally(gone -> null)
                .toCompletableFuture()
                .join();
    }

    /** Waits for everything that a look asked for, by a request that changes nothing. */
    private void look() throws IOException {
        watch.look();
        Path other = directory.resolve("barrier");
        if (!Files.exists(other)) {
            LoadedModels.copy("digits", directory, "barrier");
        }
        repository
                .unload("barrier")
                .exceptionally(unknown -> null)
                .toCompletableFuture()
                .join();
    }

    private Optional<ServedModel> served(String name) {
        return catalogue.find(name).flatMap(CatalogueEntry::served);
    }

    private void touch(int second) throws IOException {
        Files.setLastModifiedTime(folder.resolve("model.yaml"), FileTime.fromMillis(1_000_000L + 1000L * second));
    }

    @Test
    void whatStaysTheSameIsNotLoadedAgain() throws IOException {
        ServedModel old = served("digits").orElseThrow();
        look();
        look();
        look();
        assertThat(served("digits")).containsSame(old);
    }

    @Test
    void aChangeIsTakenOnceItHasStayedTheSameForOneInterval() throws IOException {
        ServedModel old = served("digits").orElseThrow();
        look();
        touch(1);
        look();
        touch(2);
        look();
        assertThat(served("digits")).as("still being written").containsSame(old);
        look();
        ServedModel changed = served("digits").orElseThrow();
        assertThat(changed).isNotSameAs(old);
        look();
        assertThat(served("digits")).containsSame(changed);
    }

    @Test
    void aBrokenChangeIsTriedOnceAndItsRepairTaken() throws IOException {
        ServedModel old = served("digits").orElseThrow();
        LoadedModels.edit(folder, "task: classification", "task: guessing");
        look();
        look();
        assertThat(served("digits")).containsSame(old);
        assertThat(catalogue.expect("digits").reason()).isPresent();
        LoadedModels.edit(folder, "task: guessing", "task: classification");
        touch(3);
        look();
        look();
        assertThat(catalogue.expect("digits").reason()).isEmpty();
    }

    @Test
    void filesThatBeginWithADotAreNotLookedAt() throws IOException {
        ServedModel old = served("digits").orElseThrow();
        look();
        Files.writeString(folder.resolve(".model.yaml.swp"), "x");
        Files.createDirectory(folder.resolve(".foldserve"));
        Files.writeString(folder.resolve(".foldserve").resolve("prepared.onnx"), "x");
        look();
        look();
        assertThat(served("digits")).containsSame(old);
    }

    @Test
    void aNewFolderIsLoadedAndAModelWhoseFolderIsGoneUnloaded() throws IOException {
        LoadedModels.copy("digits", directory, "more");
        Files.delete(folder.resolve("model.yaml"));
        look();
        assertThat(served("digits")).isPresent();
        assertThat(catalogue.find("more")).isEmpty();
        look();
        assertThat(catalogue.find("digits")).isEmpty();
        assertThat(served("more")).isPresent();
    }

    @Test
    void whatWasUnloadedOnRequestStaysSo() throws IOException {
        repository.unload("digits").toCompletableFuture().join();
        look();
        touch(1);
        look();
        look();
        assertThat(served("digits")).isEmpty();
        assertThat(catalogue.expect("digits").state().label()).isEqualTo("unloaded");
    }

    @Test
    void aDirectoryThatIsNotThereForAWhileUnloadsNothing() throws IOException {
        ServedModel old = served("digits").orElseThrow();
        Path away = directory.resolveSibling(directory.getFileName() + "-away");
        Files.move(directory, away);
        watch.look();
        watch.look();
        Files.move(away, directory);
        look();
        assertThat(served("digits")).containsSame(old);
    }
}
