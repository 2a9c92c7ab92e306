package io.foldserve.serving.life;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.ModelState;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.load.ModelLoader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.session.EndlessLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start over many models: what comes first, and that the others of a start change nothing for one. */
class LoadAllTest {
    private static final ModelLoader ONE_BY_ONE = new ModelLoader(List.of(), LoadedModels.PIPELINE);

    private final Catalogue catalogue = new Catalogue();
    private final Path directory;

    LoadAllTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void release() {
        catalogue.close();
    }

    /** Hears only of what is read and what is served. */
    private static class Hearing implements LifeObserver {
        private final List<String> heard;

        Hearing(List<String> heard) {
            this.heard = heard;
        }

        @Override
        public void listed(String model) {}

        @Override
        public void declared(ModelManifest model) {
            heard.add("declared " + model.name());
        }

        @Override
        public void loaded(ServedModel model) {
            heard.add("loaded " + model.name());
        }

        @Override
        public void served(String model) {}

        @Override
        public void unloaded(String model) {}

        @Override
        public void forgotten(String model) {}
    }

    private void loadAll(ModelLoader loader, LifeObserver observer) {
        new ModelLife(new ModelFolders(directory), loader, catalogue, observer).loadAll();
    }

    private Path broken(String name, String content) throws IOException {
        Path folder = LoadedModels.copy("digits", directory, name);
        Files.writeString(folder.resolve("resnet20-doconv.pth"), content);
        Files.writeString(folder.resolve("resnet20.safetensors"), content);
        return folder;
    }

    /** Every kernel of it is 1e28 times as large: whole numbers still, which overflow in a run. */
    private void overflowing(String name) throws IOException {
        Path folder = LoadedModels.copy("digits", directory, name);
        LoadedModels.edit(folder, "resnet20-doconv.pth", "resnet20.safetensors");
        Path file = folder.resolve("resnet20.safetensors");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int begin = Math.toIntExact(8 + bytes.getLong(0));
        new ObjectMapper().readTree(bytes.array(), 8, begin - 8).properties().forEach(tensor -> {
            JsonNode offsets = tensor.getValue().path("data_offsets");
            boolean isKernel = tensor.getKey().matches(".*conv\\d\\.weight");
            int end = isKernel ? begin + offsets.path(1).asInt() : 0;
            for (int at = begin + offsets.path(0).asInt(); at < end; at += Float.BYTES) {
                bytes.putFloat(at, 1e28f * bytes.getFloat(at));
            }
        });
        Files.write(file, bytes.array());
    }

    @Test
    void smallFoldersComeFirstWhateverTheirNames() throws IOException {
        Files.write(LoadedModels.copy("digits", directory, "a-large").resolve("notes.bin"), new byte[9_000_000]);
        LoadedModels.copy("digits", directory, "b-middling");
        List<String> heard = new ArrayList<>();

        loadAll(ONE_BY_ONE, new Hearing(heard));

        assertThat(heard)
                .containsExactly("declared b-middling", "loaded b-middling", "declared a-large", "loaded a-large");
    }

    @Test
    void whatWasPreparedComesBeforeWhatIsSmallerOrOnlyHalfPrepared() throws IOException {
        LoadedModels.copy("digits", directory, "a-anew");
        prepare(LoadedModels.copy("digits", directory, "b-half"), 1);
        Path prepared = LoadedModels.copy("digits", directory, "z-prepared");
        Files.write(prepared.resolve("notes.bin"), new byte[9_000_000]);
        prepare(prepared, 2);
        List<String> heard = new ArrayList<>();

        loadAll(new ModelLoader(List.of(), LoadedModels.PIPELINE.usingPrepared()), new Hearing(heard));

        assertThat(heard)
                .containsExactly(
                        "declared z-prepared",
                        "loaded z-prepared",
                        "declared a-anew",
                        "loaded a-anew",
                        "declared b-half",
                        "loaded b-half");
    }

    private static void prepare(Path folder, int variants) {
        ModelManifest manifest = ONE_BY_ONE.read(folder);
        manifest.variants().stream()
                .limit(variants)
                .forEach(variant -> LoadedModels.PIPELINE.prepare(manifest, variant));
    }

    @Test
    void whatWillBeRefusedComesAfterWhatIsServed() throws IOException {
        broken("a-unreadable", "");
        Files.writeString(LoadedModels.copy("digits", directory, "b-labels").resolve("labels.txt"), "one\ntwo\n");
        LoadedModels.edit(LoadedModels.copy("digits", directory, "c-guess"), "task: class", "task: guess");
        LoadedModels.copy("digits", directory, "d-good");
        Files.delete(LoadedModels.copy("digits", directory, "e-missing").resolve("resnet20-doconv.pth"));
        List<String> heard = new ArrayList<>();

        loadAll(ONE_BY_ONE, new Hearing(heard));

        assertThat(heard)
                .containsExactly("declared d-good", "loaded d-good", "declared a-unreadable", "declared b-labels");
        assertThat(catalogue.models())
                .filteredOn(entry -> entry.reason().isPresent())
                .hasSize(4);
    }

    @Test
    void amongManyThatAreHostileTheGoodOneIsTriedFirst() throws IOException {
        for (int i = 0; i < 12; i++) {
            broken("a-broken-" + i, "not a checkpoint ".repeat(i));
            EndlessLoop.model(directory, "b-endless-" + i);
            Files.writeString(
                    Files.createDirectory(directory.resolve("c-manifest-" + i)).resolve("model.yaml"), "? [");
        }
        LoadedModels.copy("digits", directory, "z-good");
        List<String> heard = new ArrayList<>();
        Thread loading = Thread.currentThread();

        loadAll(ONE_BY_ONE, new Hearing(heard) {
            @Override
            public void loaded(ServedModel model) {
                super.loaded(model);
                // The endless ones are given up on one after another, which is another test's.
                loading.interrupt();
            }
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(heard).containsExactly("declared z-good", "loaded z-good");
        assertThat(catalogue.models())
                .filteredOn(entry -> entry.name().startsWith("c-manifest"))
                .hasSize(12)
                .allMatch(entry -> entry.state() instanceof ModelState.Failed);
    }

    /** They are whole and small, and overflow only when they are run. */
    @Test
    void afterOneThatFailsTheLargestIsTried() throws IOException {
        for (int i = 0; i < 6; i++) {
            overflowing("a-" + i);
        }
        Files.write(LoadedModels.copy("digits", directory, "b-large").resolve("notes.bin"), new byte[9_000_000]);
        List<String> heard = new ArrayList<>();

        loadAll(ONE_BY_ONE, new Hearing(heard));

        assertThat(heard).startsWith("declared a-0", "declared b-large", "loaded b-large", "declared a-1");
        assertThat(catalogue.models())
                .filteredOn(entry -> entry.reason().isPresent())
                .hasSize(6)
                .allSatisfy(entry -> assertThat(entry.reason().orElseThrow()).contains("overflows float32"));
    }

    @Test
    void whatWasChangedWhileOthersWereLoadedIsReadAnew() throws IOException {
        LoadedModels.copy("digits", directory, "a");
        Path later = LoadedModels.copy("digits", directory, "b");
        Path never = LoadedModels.copy("digits", directory, "c");
        List<String> heard = new ArrayList<>();

        loadAll(ONE_BY_ONE, new Hearing(heard) {
            @Override
            public void loaded(ServedModel model) {
                super.loaded(model);
                if (model.name().equals("a")) {
                    edit(later, "baseline: {", "second: {");
                    edit(never, "task: classification", "task: guessing");
                }
            }
        });

        assertThat(heard).containsExactly("declared a", "loaded a", "declared b", "loaded b");
        assertThat(catalogue.expect("b").variants()).containsExactly("doconv", "second");
        assertThat(catalogue.expect("c").reason().orElse("")).contains("guessing");
    }

    private static void edit(Path folder, String old, String replacement) {
        try {
            LoadedModels.edit(folder, old, replacement);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void severalAtATimeComeToTheSameEndAsOneByOne() throws IOException {
        LoadedModels.copy("digits", directory, "good");
        for (int i = 0; i < 20; i++) {
            broken("broken-" + i, "not a checkpoint ".repeat(i + 1));
        }
        LoadedModels.edit(broken("guessing", ""), "task: classification", "task: guessing");

        loadAll(ONE_BY_ONE, LoadedModels.NOBODY);
        Map<String, String> expected = reasons();
        loadAll(LoadedModels.LOADER, LoadedModels.NOBODY);

        assertThat(reasons()).isEqualTo(expected).hasSize(22).containsEntry("good", "");
        assertThat(catalogue.isReady("good", "doconv")).isTrue();
        assertThat(expected.get("guessing")).contains("guessing");
    }

    private Map<String, String> reasons() {
        return catalogue.models().stream().collect(Collectors.toMap(CatalogueEntry::name, entry -> entry.reason()
                .orElse("")));
    }

    @Test
    void theProblemsOfVariantsComeInTheManifestsOrder() throws IOException {
        // The first takes longer to be refused than the second.
        Path folder = broken("broken", "");
        Files.write(folder.resolve("resnet20-doconv.pth"), new byte[20_000_000]);

        loadAll(LoadedModels.LOADER, LoadedModels.NOBODY);

        List<String> problems = catalogue.expect("broken").state().problems();
        assertThat(problems)
                .extracting(LoadAllTest::variantOf)
                .startsWith("broken/doconv")
                .endsWith("broken/baseline");
    }

    private static String variantOf(String problem) {
        return problem.substring(0, problem.indexOf(':'));
    }

    @Test
    void anInterruptedThreadLeavesTheRestLoading() throws IOException {
        LoadedModels.copy("digits", directory, "one");
        LoadedModels.copy("digits", directory, "two");

        Thread.currentThread().interrupt();
        loadAll(ONE_BY_ONE, LoadedModels.NOBODY);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(catalogue.models())
                .extracting(CatalogueEntry::state)
                .hasOnlyElementsOfType(ModelState.Loading.class)
                .hasSize(2);
    }
}
