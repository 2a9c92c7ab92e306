package io.foldserve.serving.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.ProofResult;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.probe.Outputs;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.ModelSession;
import io.foldserve.task.Head;
import io.foldserve.task.ServingGraph;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProofTest {
    private static final double TOLERANCE = 2e-5;

    @ParameterizedTest
    @ValueSource(strings = {"digits", "digit-scenes"})
    void acceptsARealFold(String name) {
        ModelManifest model = manifest(name);
        FoldedVariant variant = folded(model);

        assertThatCode(() -> prove(model, variant, variant.folded().graph())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits", "digit-scenes"})
    void refusesAFoldThatIsOffByAPartInAThousandInOneKernel(String name) {
        ModelManifest model = manifest(name);
        FoldedVariant variant = folded(model);
        Graph wrong = scaleFirstKernel(variant.folded().graph(), 1.001f);
        FoldedVariant tampered = new FoldedVariant(
                variant.training(),
                variant.ending(),
                variant.notes(),
                variant.folded().with(wrong));

        assertThatThrownBy(() -> prove(model, tampered, wrong))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the folded form differs from the training form by")
                .hasMessageContaining("allowed are 2.00e-05");
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits", "digit-scenes"})
    void refusesAServedNetworkThatIsNotTheFoldedOne(String name) {
        ModelManifest model = manifest(name);
        FoldedVariant variant = folded(model);
        Graph wrong = scaleFirstKernel(variant.folded().graph(), 0.5f);

        assertThatThrownBy(() -> prove(model, variant, wrong))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the served network differs from the folded form by");
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits", "digit-scenes"})
    void refusesOutputsThatAreNotNumbers(String name) {
        ModelManifest model = manifest(name);
        FoldedVariant variant = folded(model);
        Graph broken = scaleFirstKernel(variant.folded().graph(), Float.NaN);
        FoldedVariant tampered = new FoldedVariant(
                variant.training(),
                variant.ending(),
                variant.notes(),
                variant.folded().with(broken));

        assertThatThrownBy(() -> prove(model, tampered, variant.folded().graph()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("NaN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits", "digit-scenes"})
    void namesTheLayerThatOverflows(String name) {
        ModelManifest model = manifest(name);
        FoldedVariant variant = folded(model);
        Graph huge = scaleFirstKernel(variant.folded().graph(), 1e38f);
        FoldedVariant tampered = new FoldedVariant(
                variant.training(),
                variant.ending(),
                variant.notes(),
                variant.folded().with(huge));
        String first = huge.nodes().stream()
                .filter(node -> node.is("Conv"))
                .findFirst()
                .orElseThrow()
                .name();

        assertThatThrownBy(() -> prove(model, tampered, huge))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("layer " + first + " (Conv) overflows float32, which ends at 3.4e38");
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits", "digit-scenes"})
    void probesAreTheSameEveryTimeAndUseTheWholeRange(String name) {
        ModelManifest model = manifest(name);
        ProbeImages probes = ProbeImages.of(model.input(), 3);
        ProbeImages again = ProbeImages.of(model.input(), 3);

        assertThat(probes.pixels(0)).isEqualTo(again.pixels(0)).isNotEqualTo(probes.pixels(1));
        assertThat(probes.pixels(3)).isEqualTo(probes.pixels(0));
        long[] pixels = Outputs.expect(probes.pixels(0), ServingGraph.IMAGE).toLongs();
        assertThat(pixels).contains(0, 255);
    }

    private static ModelManifest manifest(String name) {
        return ManifestReader.read(LoadedModels.BUNDLED.resolve(name));
    }

    private static FoldedVariant folded(ModelManifest model) {
        return FoldedVariant.of(
                model, model.variant("doconv").orElseThrow(), CostSource.GENERIC, new PhaseTimer(System::nanoTime));
    }

    private static ProofResult prove(ModelManifest model, FoldedVariant variant, Graph served) {
        Graph serving = ServingGraph.of(served, model.visionTask(), Head.SOFTMAX);
        try (ModelSession session = ModelSession.open(serving, LoadedModels.SETTINGS)) {
            Proof proof = new Proof(TOLERANCE, 1);
            ProbeImages probes = ProbeImages.of(model.input(), 2);
            return proof.prove(proof.reference(variant, probes), session, model.task(), Head.SOFTMAX, probes);
        }
    }

    private static Graph scaleFirstKernel(Graph graph, float factor) {
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        String kernel = graph.nodes().stream()
                .filter(node -> node.is("Conv"))
                .findFirst()
                .orElseThrow()
                .inputs()
                .get(1);
        constants.computeIfPresent(kernel, (name, tensor) -> scale(tensor, factor));
        return new Graph(graph.name(), graph.opset(), graph.inputs(), graph.outputs(), graph.nodes(), constants);
    }

    private static Tensor scale(Tensor tensor, float factor) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return Tensor.ofFloats(tensor.shape(), values);
    }
}
