package io.foldserve.serving.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.load.LoadedModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTest {
    private final Catalogue catalogue = new Catalogue();
    private final Path directory;
    private final Repository repository;

    RepositoryTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        LoadedModels.copy("digits", directory, "digits");
        repository = new Repository(LoadedModels.life(directory, catalogue, LoadedModels.NOBODY));
    }

    @AfterEach
    void release() {
        repository.close();
        catalogue.close();
    }

    private static CatalogueEntry join(CompletionStage<CatalogueEntry> asked) {
        return asked.toCompletableFuture().join();
    }

    @Test
    void whatIsAskedForComesInOrder() {
        repository.start(() -> {});
        CompletionStage<CatalogueEntry> loaded = repository.load("digits");
        CompletionStage<CatalogueEntry> unloaded = repository.unload("digits");
        CompletionStage<CatalogueEntry> again = repository.load("digits");

        ServedModel last = join(again).expectServed();

        assertThat(join(loaded).expectServed()).isNotSameAs(last);
        assertThat(join(unloaded).state().label()).isEqualTo("unloaded");
        assertThat(catalogue.expect("digits").expectServed()).isSameAs(last);
    }

    @Test
    void aFailureReachesWhoAskedAndTheNextIsServed() throws IOException {
        Path broken = LoadedModels.copy("digits", directory, "broken");
        LoadedModels.edit(broken, "task: classification", "task: guessing");

        assertThatThrownBy(() -> join(repository.load("broken")))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("guessing");
        assertThat(join(repository.load("digits")).served()).isPresent();
    }

    @Test
    void aNameWithoutFolderIsRefusedAtOnce() {
        assertThatThrownBy(() -> repository.load("absent"))
                .isInstanceOf(UnknownNameException.class)
                .hasMessage("there is no model folder 'absent', expected one of [digits]");
        assertThatThrownBy(() -> repository.unload("..")).isInstanceOf(UnknownNameException.class);
    }

    @Test
    void whatHasNotBegunWhenTheServiceStopsIsAnswered() {
        repository.start(() -> {});
        CompletionStage<CatalogueEntry> waiting = repository.unload("digits");
        CompletionStage<CatalogueEntry> behind = repository.load("digits");

        repository.close();

        assertThat(waiting.toCompletableFuture()).isDone();
        assertThatThrownBy(() -> join(behind))
                .hasCauseInstanceOf(NotReadyException.class)
                .hasMessageContaining("the service is stopping");
        assertThatThrownBy(() -> repository.load("digits")).isInstanceOf(NotReadyException.class);
    }
}
