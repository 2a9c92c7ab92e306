package io.foldserve.serving.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.NotLoadedException;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.ModelSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLifeTest {
    private final Catalogue catalogue = new Catalogue();
    private final List<String> heard = new ArrayList<>();
    private final Path directory;
    private final Path folder;
    private final ModelLife life;

    ModelLifeTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        folder = LoadedModels.copy("digits", directory, "digits");
        life = LoadedModels.life(directory, catalogue, new Hearing());
    }

    @AfterEach
    void release() {
        catalogue.close();
    }

    /** Writes down what it is told, and whether the model is served at that instant. */
    private final class Hearing implements LifeObserver {
        @Override
        public void listed(String model) {
            hear("listed", model);
        }

        @Override
        public void declared(ModelManifest model) {
            hear("declared", model.name());
        }

        @Override
        public void loaded(ServedModel model) {
            hear("loaded", model.name());
        }

        @Override
        public void served(String model) {
            hear("served", model);
        }

        @Override
        public void unloaded(String model) {
            hear("unloaded", model);
        }

        @Override
        public void forgotten(String model) {
            hear("forgotten", model);
        }

        private void hear(String what, String model) {
            heard.add(what + " " + model + (catalogue.isReady(model, "doconv") ? ", served" : ""));
        }
    }

    @Test
    void theObserverHearsOfDeclarationsBeforeLoadsAndLoadsBeforeServing() throws IOException {
        life.loadAll();

        assertThat(heard).containsExactly("listed digits", "declared digits", "loaded digits", "served digits, served");
        assertThat(catalogue.isReady("digits", "doconv")).isTrue();
        life.unload("digits");
        deleteFolder();
        assertThatThrownBy(() -> life.load("digits")).isInstanceOf(UnknownNameException.class);
        assertThat(heard.subList(4, heard.size()))
                .containsExactly("unloaded digits", "unloaded digits", "forgotten digits");
    }

    @Test
    void aChangedModelIsSwappedInWhileTheOldOneServes() throws IOException {
        life.loadAll();
        ServedModel old = served();
        LoadedModels.edit(folder, "labels: labels.txt", "labels: names.txt");
        Files.writeString(folder.resolve("names.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");

        CatalogueEntry loaded = life.load("digits");

        assertThat(loaded.expectServed()).isSameAs(served()).isNotSameAs(old);
        assertThat(served().task().labels()).startsWith("a", "b");
        assertThat(heard)
                .endsWith(
                        "listed digits, served",
                        "declared digits, served",
                        "loaded digits, served",
                        "served digits, served");
        awaitReleased(old);
    }

    @Test
    void whatIsLeasedIsReleasedOnlyAfterItsLastUse() throws InterruptedException {
        life.loadAll();
        ServedModel old = served();
        try (ModelLease lease = catalogue.lease("digits")) {
            ModelLease another = catalogue.lease("digits");
            life.unload("digits");
            another.close();
            another.close();
            Thread.sleep(100);
            assertThat(answers(lease.model())).isTrue();
            assertThatThrownBy(() -> catalogue.lease("digits"))
                    .isInstanceOf(NotReadyException.class)
                    .hasMessage("model digits was unloaded on request");
        }
        awaitReleased(old);
    }

    @Test
    void aBrokenChangeLeavesTheOldOneServingAndIsReported() throws IOException {
        life.loadAll();
        ServedModel old = served();
        LoadedModels.edit(folder, "task: classification", "task: guessing");

        assertThatThrownBy(() -> life.load("digits"))
                .isInstanceOf(NotLoadedException.class)
                .hasMessageContaining("guessing")
                .hasMessageEndingWith("; what was loaded before is still served");

        assertThat(served()).isSameAs(old);
        assertThat(answers(old)).isTrue();
        assertThat(entry().variants()).containsExactly("doconv", "baseline");
        assertThat(entry().state().label()).isEqualTo("ready");
        assertThat(entry().state().problems()).singleElement().asString().contains("guessing");

        LoadedModels.edit(folder, "task: guessing", "task: classification");
        assertThat(life.load("digits").reason()).isEmpty();
        assertThat(served()).isNotSameAs(old);
    }

    @Test
    void aVariantThatCannotBeLoadedReleasesTheOthersAndLeavesTheOldOnesServing() throws IOException {
        life.loadAll();
        ServedModel old = served();
        Files.writeString(folder.resolve("resnet20-doconv.pth"), "not a checkpoint");

        assertThatThrownBy(() -> life.load("digits")).hasMessageContaining("digits/doconv: ");

        assertThat(served()).isSameAs(old);
    }

    @Test
    void whatIsServedFromTheseFilesStaysAsItIs() throws IOException {
        life.loadAll();
        ServedModel old = served();

        assertThat(life.load("digits").expectServed()).isSameAs(old);
        life.unload("digits");
        assertThat(life.load("digits").expectServed()).isNotSameAs(old);
    }

    @Test
    void aNewFolderIsLoadedAndANameWithoutFolderIsNot() throws IOException {
        life.loadAll();
        LoadedModels.copy("digits", directory, "more");

        assertThat(life.load("more").served()).isPresent();
        assertThatThrownBy(() -> life.load("../digits"))
                .isInstanceOf(UnknownNameException.class)
                .hasMessage("there is no model folder '../digits', expected one of [digits, more]");
        assertThatThrownBy(() -> life.unload("absent")).isInstanceOf(UnknownNameException.class);
    }

    @Test
    void aModelWhoseFolderIsGoneIsUnloaded() throws IOException {
        life.loadAll();
        ServedModel old = served();
        deleteFolder();

        assertThatThrownBy(() -> life.load("digits"))
                .isInstanceOf(UnknownNameException.class)
                .hasMessage("there is no model folder 'digits', expected one of []");
        assertThat(catalogue.find("digits")).isEmpty();
        awaitReleased(old);
    }

    @Test
    void theDirectoryMayBeOneModelsFolder() {
        ModelLife single = LoadedModels.life(folder, catalogue, LoadedModels.NOBODY);

        single.loadAll();

        assertThat(catalogue.models()).extracting(CatalogueEntry::name).containsExactly("digits");
        assertThat(answers(served())).isTrue();
    }

    private CatalogueEntry entry() {
        return catalogue.expect("digits");
    }

    private ServedModel served() {
        return entry().expectServed();
    }

    private void deleteFolder() throws IOException {
        for (String file : List.of("model.yaml", "resnet20-doconv.pth", "resnet20.safetensors")) {
            Files.deleteIfExists(folder.resolve(file));
        }
    }

    private static boolean answers(ServedModel model) {
        ProbeImages probes = ProbeImages.of(model.task().preprocessing(), 1);
        return model.variants().stream()
                .noneMatch(variant ->
                        variant.session().shared().run(probes.pixels(0)).isEmpty());
    }

    /** Waits until the sessions are closed, at most some seconds. */
    private static void awaitReleased(ServedModel model) {
        ModelSession session = model.variants().get(0).session().shared();
        ProbeImages probes = ProbeImages.of(model.task().preprocessing(), 1);
        long end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < end) {
            try {
                session.run(probes.pixels(0));
                Thread.sleep(5);
            } catch (IllegalStateException closed) {
                return;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("the session was never closed");
    }

    @Test
    void aFolderWithACheckpointAndNoManifestIsSaidToLackIt() throws IOException {
        Files.delete(folder.resolve("model.yaml"));

        assertThatThrownBy(() -> life.load("digits"))
                .isInstanceOf(NotLoadedException.class)
                .hasMessage("the folder digits has no model.yaml; init writes one for the checkpoint in it");
        assertThatThrownBy(() -> life.load("nobody")).isInstanceOf(UnknownNameException.class);
    }

    @Test
    void whereTheDirectoryOfModelsLiesIsInNoReason() throws IOException {
        Files.writeString(folder.resolve("resnet20-doconv.pth"), "cut off");

        assertThatThrownBy(() -> life.load("digits"))
                .isInstanceOf(NotLoadedException.class)
                .hasMessageContaining("digits/doconv: digits/resnet20-doconv.pth: ")
                .hasMessageNotContaining(String.valueOf(folder.getParent()));
    }
}
