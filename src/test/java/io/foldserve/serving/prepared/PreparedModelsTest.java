package io.foldserve.serving.prepared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.load.LoadPipeline;
import io.foldserve.serving.load.LoadedModels;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.serving.probe.ProbeImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prepared networks are used where everything fits, and nowhere else. */
class PreparedModelsTest {
    private static final String CHECKPOINT = "resnet20-doconv.pth";
    private static final String CERTIFICATE = ".foldserve/doconv.json";
    private static final String NETWORK = ".foldserve/doconv.onnx";
    private static final LoadPipeline PREPARED = LoadedModels.PIPELINE.usingPrepared();

    private static final Terms TERMS = new Terms(2e-5, 2);

    private static Path original = Path.of("");
    private Path folder = Path.of("");

    @BeforeAll
    static void prepare(@TempDir Path shared) throws IOException {
        original = shared;
        ModelManifest model = ManifestReader.read(LoadedModels.copy("digits", original, "digits"));
        LoadedModels.PIPELINE.prepare(model, doconv(model));
    }

    @BeforeEach
    void copy(@TempDir Path directory) throws IOException {
        folder = LoadedModels.copy("digits", directory, "digits");
        Files.createDirectory(folder.resolve(".foldserve"));
        for (String file : List.of(CERTIFICATE, NETWORK)) {
            Files.copy(original.resolve("digits").resolve(file), folder.resolve(file));
        }
    }

    private static VariantManifest doconv(ModelManifest model) {
        return model.variant("doconv").orElseThrow();
    }

    private LoadedVariant load(LoadPipeline pipeline) {
        ModelManifest model = ManifestReader.read(folder);
        return pipeline.load(model, doconv(model));
    }

    private boolean isUsed() {
        return isUsed(TERMS);
    }

    private boolean isUsed(Terms terms) {
        ModelManifest model = ManifestReader.read(folder);
        return PreparedModels.find(model, doconv(model), terms).isPresent();
    }

    private void flip(String file, double at) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(file));
        bytes[(int) (at * (bytes.length - 1))] ^= 1;
        Files.write(folder.resolve(file), bytes);
    }

    @Test
    void whatFitsIsServedAtOnceAndIsTheSameToTheBit() {
        try (LoadedVariant prepared = load(PREPARED);
                LoadedVariant anew = load(LoadedModels.PIPELINE)) {
            assertThat(prepared.facts().timings()).containsOnlyKeys("certificate", "session", "warm-up");
            assertThat(prepared.report()).isEqualTo(anew.report());
            assertThat(prepared.facts().proof().foldError())
                    .isEqualTo(anew.facts().proof().foldError());
            assertThat(prepared.facts().notes()).isEqualTo(anew.facts().notes());
            assertThat(answer(prepared)).isEqualTo(answer(anew));
        }
    }

    private Map<String, Integer> answer(LoadedVariant variant) {
        ProbeImages images =
                ProbeImages.of(ManifestReader.read(folder).visionTask().preprocessing(), 1);
        return variant.session().run(images.pixels(0), 1).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, output -> output.getValue().bytes().hashCode()));
    }

    @Test
    void theOtherVariantsFilesDoNotMatter() throws IOException {
        Files.write(folder.resolve("resnet20.safetensors"), new byte[] {1});
        assertThat(isUsed()).isTrue();
    }

    @Test
    void whatLiesInSubfoldersDoesNotMatter() throws IOException {
        Files.createDirectories(folder.resolve("samples"));
        Files.writeString(folder.resolve("samples/new.txt"), "x");
        assertThat(isUsed()).isTrue();
    }

    @Test
    void aProofOnStricterTermsWillDo() {
        assertThat(isUsed(new Terms(1e-4, 1))).isTrue();
    }

    @Test
    void whatDoesNotFitIsFoldedAndProvedAnew() throws IOException {
        flip(NETWORK, 0.5);
        try (LoadedVariant loaded = load(PREPARED)) {
            assertThat(loaded.facts().timings()).containsKeys("fold", "proof");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.999})
    void notWhereAByteOfTheNetworkIsAnother(double at) throws IOException {
        flip(NETWORK, at);
        assertThat(isUsed()).isFalse();
    }

    /** A bit in the padding of a zip file changes nothing that is read, and yet the file is another. */
    @Test
    void notWhereAByteOfTheCheckpointIsAnother() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(CHECKPOINT));
        int name = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("FB");
        bytes[name + 8] ^= 1;
        Files.write(folder.resolve(CHECKPOINT), bytes);
        assertThat(isUsed()).isFalse();
    }

    @Test
    void notWhereTheManifestHasOneBlankMore() throws IOException {
        Path manifest = folder.resolve("model.yaml");
        Files.writeString(manifest, Files.readString(manifest) + " ");
        assertThat(isUsed()).isFalse();
    }

    @Test
    void notWhereTheLabelsAreOthers() throws IOException {
        Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
        assertThat(isUsed()).isFalse();
    }

    @Test
    void notWhereAFileCameBesideTheCheckpoint() throws IOException {
        Files.writeString(folder.resolve("resnet20-doconv.data"), "x");
        assertThat(isUsed()).isFalse();
    }

    @Test
    void notWhereTheNetworkIsGone() throws IOException {
        Files.delete(folder.resolve(NETWORK));
        assertThat(isUsed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "[]", "{}", "{\"origin\":null}", "7", "\u0000"})
    void notWhereTheCertificateIsNone(String instead) throws IOException {
        Files.writeString(folder.resolve(CERTIFICATE), instead);
        assertThat(isUsed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'\"code\":\"', '\"code\":\"0'",
        "'\"runtime\":\"', '\"runtime\":\"9.'",
        "'\"processor\":\"', '\"processor\":\"not-'",
        "'\"network\":\"', '\"network\":\"0'",
        "'\"labels\":\"', '\"labels\":\"0'",
        "'\"model.yaml\":\"', '\"model.yaml\":\"0'",
        "'\"resnet20-doconv.pth\":\"', '\"resnet20-doconv.pth\":\"0'",
        "'\"head\":\"', '\"head\":\"NO_'",
        "'\"probes\":2', '\"probes\":1'"
    })
    void notWhereTheCertificateSaysSomethingElse(String part, String instead) throws IOException {
        Path file = folder.resolve(CERTIFICATE);
        String text = Files.readString(file);
        assertThat(text).contains(part);
        Files.writeString(file, text.replace(part, instead));
        assertThat(isUsed()).isFalse();
    }

    @Test
    void notWhereTheProofWasAskedForLess() {
        assertThat(isUsed(new Terms(1e-5, 2))).isFalse();
        assertThat(isUsed(new Terms(2e-5, 3))).isFalse();
    }

    @Test
    void whatDoesNotFitIsPreparedAnew() throws IOException {
        Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
        ModelManifest model = ManifestReader.read(folder);
        LoadedModels.PIPELINE.prepare(model, doconv(model));
        assertThat(isUsed()).isTrue();
    }

    @Test
    void aFullDiskIsToldAndLeavesWhatWasThere() throws IOException {
        Files.createSymbolicLink(folder.resolve(NETWORK + ".partial"), Path.of("/dev/full"));
        ModelManifest model = ManifestReader.read(folder);
        assertThatThrownBy(() -> LoadedModels.PIPELINE.prepare(model, doconv(model)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be written");
        assertThat(isUsed()).isTrue();
    }

    @Test
    void aModelThatIsRefusedIsNotPrepared() throws IOException {
        Files.delete(folder.resolve(CERTIFICATE));
        Files.writeString(folder.resolve(CHECKPOINT), "not a checkpoint");
        ModelManifest model = ManifestReader.read(folder);
        assertThatThrownBy(() -> LoadedModels.PIPELINE.prepare(model, doconv(model)))
                .isInstanceOf(InvalidInputException.class);
        assertThat(folder.resolve(CERTIFICATE)).doesNotExist();
    }
}
