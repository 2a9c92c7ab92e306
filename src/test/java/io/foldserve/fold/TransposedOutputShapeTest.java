package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.tensor.Shape;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A transposed convolution whose output_shape says how it pads, with a batch norm behind it. */
class TransposedOutputShapeTest {
    private static final Path NETWORKS = Path.of("src/test/resources/io/foldserve/fold/wholly-transposed");

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"output-shape", "output-shape-odd"})
    void staysWithItsBatchNormWhileTheRestFolds(String name) {
        Graph training = OnnxReader.read(NETWORKS.resolve(name + ".onnx"));

        Folded folded = FoldAudit.measure(GraphFolder.fold(training), 3);

        assertThat(folded.graph().nodes().stream().filter(node -> node.is("BatchNormalization")))
                .hasSize(1);
        assertThat(folded.report().toString())
                .contains("pads as its output's shape asks (auto_pad or output_shape), expected explicit pads");
    }

    private static Graph network(Map<String, Attribute> attributes) {
        TrainingForms forms = new TrainingForms(8, Shape.of(1, 6, 7, 5));
        Map<String, Attribute> all = new HashMap<>(Map.of("strides", Attribute.ints(2, 2)));
        all.putAll(attributes);
        String y = forms.convTranspose("up", "image", forms.normal(6, 4, 3, 3), Optional.empty(), all);
        return forms.build(forms.batchNorm("bn", y, 4));
    }

    static List<Map<String, Attribute>> byShape() {
        Attribute asked = Attribute.ints(14, 10);
        return List.of(
                Map.of("output_shape", asked),
                Map.of("output_shape", asked, "auto_pad", Attribute.of("SAME_UPPER")),
                Map.of("output_shape", asked, "auto_pad", Attribute.of("SAME_LOWER")),
                Map.of("output_shape", asked, "output_padding", Attribute.ints(1, 1)),
                Map.of("auto_pad", Attribute.of("SAME_UPPER")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("byShape")
    void everyPaddingByShapeIsDeclinedAtItsNode(Map<String, Attribute> attributes) {
        Folded folded = FoldAudit.measure(GraphFolder.fold(network(attributes)), 3);

        assertThat(folded.graph().nodes()).extracting(Node::op).containsExactly("ConvTranspose", "BatchNormalization");
        assertThat(folded.report().toString()).contains("up");
    }

    @Test
    void aPaddingOfItsOwnFolds() {
        Graph training = network(Map.of("output_padding", Attribute.ints(1, 1)));

        Folded folded = FoldAudit.measure(GraphFolder.fold(training), 3);

        assertThat(folded.graph().nodes()).extracting(Node::op).containsExactly("ConvTranspose");
    }
}
