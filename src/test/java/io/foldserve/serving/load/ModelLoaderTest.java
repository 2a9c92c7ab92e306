package io.foldserve.serving.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelState;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ProofResult;
import io.foldserve.serving.catalogue.ReadinessPolicy;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.task.ClassificationAnswer;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.image.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLoaderTest {
    private static final ReadinessPolicy ALL = ReadinessPolicy.of("all");

    @Test
    void loadsEveryVariantOfTheBundledModels() {
        try (Catalogue catalogue = LoadedModels.load(LoadedModels.BUNDLED)) {
            assertThat(ALL.reasons(catalogue)).isEmpty();
            assertThat(catalogue.isSettled()).isTrue();
            assertThat(catalogue.models()).extracting(CatalogueEntry::name).containsExactly("digit-scenes", "digits");
            for (CatalogueEntry entry : catalogue.models()) {
                ServedModel model = entry.expectServed();
                assertThat(model.variants()).extracting(LoadedVariant::name).containsExactly("doconv", "baseline");
                assertThat(model.baseline()).isEqualTo(model.variant("baseline"));
                for (LoadedVariant variant : model.variants()) {
                    assertThat(catalogue.isReady(model.name(), variant.name())).isTrue();
                    ProofResult proof = variant.facts().proof();
                    assertThat(proof.foldError()).isBetween(1e-12, 2e-5);
                    assertThat(proof.servedError()).isBetween(0.0, 2e-5);
                    assertThat(variant.facts().timings())
                            .containsOnlyKeys(
                                    "checkpoint",
                                    "architecture",
                                    "fold",
                                    "audit",
                                    "reference",
                                    "session",
                                    "proof",
                                    "warm-up");
                }
                LoadedVariant folded = model.variant("doconv").orElseThrow();
                LoadedVariant baseline = model.variant("baseline").orElseThrow();
                assertThat(folded.facts().folded()).isEqualTo(baseline.facts().folded());
                assertThat(folded.facts().training().parameters())
                        .isGreaterThan(baseline.facts().training().parameters());
            }
        }
    }

    @Test
    void aLoadedVariantClassifiesABundledSample() throws IOException {
        try (Catalogue catalogue = LoadedModels.load(LoadedModels.BUNDLED)) {
            ServedModel digits = catalogue.find("digits").orElseThrow().expectServed();
            byte[] image = Files.readAllBytes(LoadedModels.BUNDLED.resolve("digits/samples/digit-7.png"));
            PreparedImage prepared =
                    digits.task().preprocess(digits.task().decode(image, new ImageLimits(1_000_000, 4096)));

            for (LoadedVariant variant : digits.variants()) {
                ClassificationAnswer answer = (ClassificationAnswer)
                        digits.task().postprocess(variant.session().shared().run(prepared.inputs()), 1);
                assertThat(answer.classes().get(0).label()).isEqualTo("7");
            }
        }
    }

    @Test
    void aFailingVariantFailsItsModelWithEveryProblemWhileOtherModelsServe(@TempDir Path directory) throws IOException {
        LoadedModels.copy("digits", directory, "good");
        Path bad = LoadedModels.copy("digits", directory, "bad");
        Files.writeString(bad.resolve("resnet20-doconv.pth"), "not a checkpoint");
        LoadedModels.edit(
                bad,
                "classes: 10, channels: 1 }, traffic: 50, baseline",
                "classes: 11, channels: 1 }, traffic: 50, baseline");

        try (Catalogue catalogue = LoadedModels.load(directory)) {
            CatalogueEntry failed = catalogue.find("bad").orElseThrow();
            assertThat(failed.state().label()).isEqualTo("failed");
            assertThat(failed.variants()).containsExactly("doconv", "baseline");
            assertThat(((ModelState.Failed) failed.state()).problems())
                    .anyMatch(problem -> problem.startsWith("bad/doconv: ") && problem.contains("resnet20-doconv.pth"))
                    .anyMatch(problem -> problem.startsWith("bad/baseline: ") && problem.contains("11"));
            assertThatThrownBy(failed::expectServed)
                    .isInstanceOf(NotReadyException.class)
                    .hasMessageContaining("bad/doconv");

            assertThat(catalogue.find("good").orElseThrow().served()).isPresent();
            assertThat(catalogue.isReady("bad", "baseline")).isFalse();
            assertThat(ALL.reasons(catalogue)).singleElement().asString().contains("model bad failed to load");
            assertThat(catalogue.isSettled()).isTrue();
        }
    }

    @Test
    void anEntryThatTheCheckpointDoesNotHoldFailsItsModel(@TempDir Path directory) throws IOException {
        Path folder = LoadedModels.copy("digits", directory, "digits");
        LoadedModels.edit(folder, "resnet20-doconv.pth,", "resnet20-doconv.pth, entry: model_ema,");

        try (Catalogue catalogue = LoadedModels.load(directory)) {
            ModelState state = catalogue.find("digits").orElseThrow().state();
            assertThat(((ModelState.Failed) state).problems())
                    .singleElement()
                    .asString()
                    .startsWith("digits/doconv: ")
                    .contains("model_ema", "state_dict");
        }
    }

    @Test
    void aManifestThatIsRefusedFailsItsModel(@TempDir Path directory) throws IOException {
        Path folder = LoadedModels.copy("digits", directory, "digits");
        LoadedModels.edit(folder, "task: classification", "task: guessing");

        try (Catalogue catalogue = LoadedModels.load(directory)) {
            assertThat(ALL.reasons(catalogue)).singleElement().asString().contains("guessing");
            assertThat(catalogue.find("digits").orElseThrow().variants()).isEmpty();
        }
    }

    @Test
    void labelsThatDoNotMatchTheClassesFailTheModel(@TempDir Path directory) throws IOException {
        Path folder = LoadedModels.copy("digits", directory, "digits");
        Files.writeString(folder.resolve("labels.txt"), "0\n1\n2\n");

        try (Catalogue catalogue = LoadedModels.load(directory)) {
            assertThat(ALL.reasons(catalogue))
                    .singleElement()
                    .asString()
                    .contains("10 classes")
                    .contains("found 3");
        }
    }

    @Test
    void aDirectoryWithoutModelsIsNotReady(@TempDir Path directory) {
        try (Catalogue catalogue = LoadedModels.load(directory)) {
            assertThat(ALL.reasons(catalogue)).containsExactly("there are no models");
        }
        try (Catalogue catalogue = LoadedModels.load(directory.resolve("absent"))) {
            assertThat(ALL.reasons(catalogue)).containsExactly("there are no models");
        }
    }

    @Test
    void beforeTheModelsAreListedNothingIsReady() {
        try (Catalogue catalogue = new Catalogue()) {
            assertThat(ALL.reasons(catalogue)).containsExactly("the models have not been listed yet");
            assertThat(catalogue.isSettled()).isFalse();

            catalogue.list(List.of("digits"));

            assertThat(ALL.reasons(catalogue)).containsExactly("model digits is loading");
        }
    }
}
