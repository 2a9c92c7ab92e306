package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphStructure;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GraphFolderTest {
    private static final Map<String, Attribute> PADDED = TrainingForms.attributes(1, 1, 1, List.of(1, 1, 1, 1));

    /** A DO-Conv or plain network of three convolutions, batch norms, a dropout and a classifier. */
    private static Graph network(boolean overParameterised) {
        TrainingForms forms = new TrainingForms(1, Shape.of(1, 3, 8, 8));
        String x = "image";
        int channels = 3;
        for (int layer = 1; layer <= 3; layer++) {
            int size = layer == 2 ? 1 : 3;
            Map<String, Attribute> attributes =
                    size == 1 ? TrainingForms.attributes(1, 1, 1, List.of(0, 0, 0, 0)) : PADDED;
            Shape kernel = Shape.of(4, channels, size, size);
            x = overParameterised
                    ? forms.doConv("conv" + layer, x, kernel, 9, Optional.empty(), attributes)
                    : forms.conv("conv" + layer, x, forms.normal(kernel.toArray()), Optional.empty(), attributes);
            x = forms.builder().add("Relu", "relu" + layer, List.of(forms.batchNorm("bn" + layer, x, 4)));
            channels = 4;
        }
        x = forms.builder().add("GlobalAveragePool", "pool", List.of(x));
        x = forms.builder().add("Flatten", "flatten", List.of(x));
        x = forms.builder().add("Dropout", "dropout", List.of(x));
        forms.builder().constant("fc.weight", forms.normal(5, 4));
        forms.builder().constant("fc.bias", forms.normal(5));
        forms.builder().add("Gemm", "fc", List.of(x, "fc.weight", "fc.bias"), Map.of("transB", Attribute.of(1)));
        forms.builder().add("Identity", "logits", List.of("fc"));
        return forms.build("logits");
    }

    @Test
    void leavesTheNodesOfThePlainNetworkWithItsBatchNormsFolded() {
        Graph folded = GraphFolder.fold(network(true)).graph();

        assertThat(folded.nodes())
                .extracting(Node::toString)
                .containsExactly(
                        "conv1 = Conv(image, conv1.weight, conv1.bias)",
                        "relu1 = Relu(conv1)",
                        "conv2 = Conv(relu1, conv2.weight, conv2.bias)",
                        "relu2 = Relu(conv2)",
                        "conv3 = Conv(relu2, conv3.weight, conv3.bias)",
                        "relu3 = Relu(conv3)",
                        "pool = GlobalAveragePool(relu3)",
                        "flatten = Flatten(pool)",
                        "logits = Gemm(flatten, fc.weight, fc.bias)");
        assertThat(folded.constants())
                .containsOnlyKeys(
                        "conv1.weight",
                        "conv1.bias",
                        "conv2.weight",
                        "conv2.bias",
                        "conv3.weight",
                        "conv3.bias",
                        "fc.weight",
                        "fc.bias");
        assertThat(folded.constants().values()).extracting(Tensor::dtype).containsOnly(DType.FLOAT32);
    }

    @Test
    void makesTheSameGraphOfAPlainAndADoConvNetwork() {
        Graph plain = GraphFolder.fold(network(false)).graph();
        Graph overParameterised = GraphFolder.fold(network(true)).graph();

        assertThat(GraphStructure.differences(overParameterised, plain)).isEmpty();
        assertThat(GraphStructure.differences(network(true), network(false))).isNotEmpty();
        assertThat(overParameterised.nodes()).isEqualTo(plain.nodes());
        assertThat(shapes(overParameterised)).isEqualTo(shapes(plain));
    }

    private static List<String> shapes(Graph graph) {
        return graph.constants().entrySet().stream().map(Object::toString).toList();
    }

    @Test
    void foldingTwiceChangesNothing() {
        Graph once = GraphFolder.fold(network(true)).graph();
        Folded twice = GraphFolder.fold(once);

        assertThat(twice.graph().nodes()).isEqualTo(once.nodes());
        assertThat(twice.graph().constants()).isEqualTo(once.constants());
        assertThat(twice.report().layersByRule()).isEmpty();
        assertThat(twice.report().declined()).isEmpty();
    }

    @Test
    void foldingAgainGivesTheSameBits() {
        Folded first = GraphFolder.fold(network(true));
        Folded second = GraphFolder.fold(network(true));

        assertThat(second.graph().constants()).isEqualTo(first.graph().constants());
        assertThat(second.report()).isEqualTo(first.report());
    }

    @Test
    void countsWhatIsSavedAndEndsAtThePlainNetwork() {
        FoldReport report = GraphFolder.fold(network(true)).report();

        assertThat(report.folded())
                .isEqualTo(GraphFolder.fold(network(false)).report().folded());
        assertThat(report.folded().parameters()).isEqualTo(3 * 4 * 9 + 4 * 4 + 4 * 4 * 9 + 3 * 4 + 4 * 5 + 5);
        assertThat(report.training().parameters())
                .isEqualTo(3 * 4 * 9 + 4 * 4 + 4 * 4 * 9 + 2 * 7 * 81 + 3 * 16 + 4 * 5 + 5);
        assertThat(report.training().macs() - report.folded().macs()).isEqualTo(9 * (3 * 4 * 9 + 4 * 4 * 9));
    }

    @Test
    void measuresEveryFoldedLayer() {
        Graph training = network(true);
        Folded measured = FoldAudit.measure(GraphFolder.fold(training), 7);

        assertThat(measured.report().layersByRule()).containsOnly(Map.entry("batch-norm", 3), Map.entry("do-conv", 3));
        assertThat(measured.report().layers())
                .filteredOn(layer -> layer.errors().isPresent())
                .hasSize(3);
        assertThat(measured.report().compositionError()).isBetween(0.0, 1e-13);
        assertThat(measured.report().roundingError()).isBetween(1e-10, 0x1p-24 * 1.001);
        LayerErrors first = measured.report().layers().get(0).errors().orElseThrow();
        assertThat(first.border().positions()).isPositive();
        assertThat(first.interior().positions()).isPositive();
        assertThat(first.cancellation()).isBetween(1.0, 100.0);
    }
}
