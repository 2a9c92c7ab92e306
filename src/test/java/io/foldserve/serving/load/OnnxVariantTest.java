package io.foldserve.serving.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.onnx.OnnxFixtures;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.session.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX files as variants: a network exported with open extents, and the same one for a fixed size. */
class OnnxVariantTest {
    private static final String MANIFEST = """
            task: classification
            labels: labels.txt
            input: { width: 12, height: 16, colour: rgb, mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.1] }
            variants:
              open: { checkpoint: open.network, traffic: 1 }
              fixed: { checkpoint: fixed.onnx, traffic: 1, baseline: true }
            """;

    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");

    @BeforeEach
    void writeFolder() throws IOException {
        model = Files.createDirectory(folder.resolve("exported"));
        Files.writeString(model.resolve("labels.txt"), "a\nb\nc\nd\ne\n");
        Files.copy(OnnxFixtures.file("do-conv-einsum-script-dynamic.onnx"), model.resolve("open.network"));
        Files.copy(OnnxFixtures.file("do-conv-matmul-dynamo.onnx"), model.resolve("fixed.onnx"));
        Files.writeString(model.resolve("model.yaml"), MANIFEST);
    }

    private List<String> problems() {
        LoadPipeline pipeline =
                new LoadPipeline(new SessionSettings(1, false, true), 1, CostSource.GENERIC, 1e-4, 2, System::nanoTime);
        try {
            var manifest = ManifestReader.read(model);
            manifest.variants()
                    .forEach(variant -> pipeline.load(manifest, variant).close());
            return List.of();
        } catch (InvalidInputException refused) {
            return refused.problems();
        }
    }

    @Test
    void areFoldedProvedAndComparedLikeCheckpoints() {
        try (Catalogue catalogue = LoadedModels.load(folder)) {
            ServedModel served = catalogue.find("exported").orElseThrow().expectServed();

            for (LoadedVariant variant : served.variants()) {
                assertThat(variant.facts().architecture()).isEqualTo("onnx");
                assertThat(variant.facts().timings()).containsKey("onnx");
                assertThat(variant.facts().proof().foldError()).isBetween(0.0, 2e-5);
                assertThat(variant.report().layers()).hasSize(4);
                assertThat(variant.report().compositionError()).isLessThan(1e-11);
            }
            assertThat(served.variant("open").orElseThrow().facts().folded())
                    .isEqualTo(served.variant("fixed").orElseThrow().facts().folded());
        }
    }

    @Test
    void takeNoArchitecture() throws IOException {
        Files.writeString(
                model.resolve("model.yaml"),
                MANIFEST.replace("fixed.onnx,", "fixed.onnx, architecture: { name: resnet18, classes: 5 },"));

        assertThat(problems())
                .containsExactly(
                        "variants.fixed.architecture: expected none beside an ONNX file, which has its network in it");
    }

    @Test
    void mustTakeTheImageThatTheManifestDeclares() throws IOException {
        Files.writeString(model.resolve("model.yaml"), MANIFEST.replace("width: 12", "width: 13"));
        assertThat(problems()).singleElement().asString().contains("expected one input FLOAT32 1×3×16×13");

        Files.writeString(model.resolve("model.yaml"), MANIFEST);
        Files.copy(
                OnnxFixtures.file("function.onnx"), model.resolve("fixed.onnx"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(problems()).singleElement().asString().contains("found [x: FLOAT32 1×2×3×3]");
    }
}
