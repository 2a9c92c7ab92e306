package io.foldserve.serving.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.task.Ending;
import io.foldserve.task.TaskKind;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Networks that were built from a checkpoint: a list of layers may end in a sigmoid of its own. */
class NetworkFitTest {
    private static Graph network(String last, Map<String, Attribute> attributes) {
        GraphBuilder builder = new GraphBuilder("layers");
        builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 4, 1, 1)));
        builder.add("Flatten", "scores", List.of("image"));
        builder.add(last, "logits", List.of("scores"), attributes);
        builder.output(Value.of("logits", DType.FLOAT32, Shape.of(1, 4)));
        return builder.build();
    }

    @Test
    void aClassificationLosesItsSigmoidAndSaysSo() {
        NetworkFit fit = NetworkFit.built(network("Sigmoid", Map.of()), TaskKind.CLASSIFICATION, List.of("a note"));

        assertThat(fit.ending()).isEqualTo(Ending.Kind.SIGMOID);
        assertThat(fit.graph().nodes()).extracting(Node::op).containsExactly("Flatten");
        assertThat(fit.graph().outputs()).extracting(Value::name).containsExactly("scores");
        assertThat(fit.notes())
                .containsExactly(
                        "a note",
                        "the network ends in a sigmoid (logits), which is not done twice: logits are what goes into "
                                + "it");
    }

    @Test
    void aSegmentationKeepsItsSigmoidWhichIsResizedLater() {
        Graph network = network("Sigmoid", Map.of());

        NetworkFit fit = NetworkFit.built(network, TaskKind.SEGMENTATION, List.of());

        assertThat(fit.ending()).isEqualTo(Ending.Kind.SIGMOID);
        assertThat(fit.graph()).isSameAs(network);
    }

    @Test
    void aSoftmaxOverTheBatchIsNotTakenForOneOverTheClasses() {
        Graph network = network("Softmax", Map.of("axis", Attribute.of(0)));

        NetworkFit fit = NetworkFit.built(network, TaskKind.CLASSIFICATION, List.of());

        assertThat(fit.ending()).isEqualTo(Ending.Kind.OTHER);
        assertThat(fit.graph()).isSameAs(network);
    }

    @Test
    void aLinearEndIsSeenBehindWhatOnlyMoves() {
        GraphBuilder builder = new GraphBuilder("pooled");
        builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 4, 2, 2)));
        builder.add("GlobalAveragePool", "pooled", List.of("image"));
        builder.add("Flatten", "logits", List.of("pooled"));
        builder.output(Value.of("logits", DType.FLOAT32, Shape.of(1, 4)));

        assertThat(NetworkFit.built(builder.build(), TaskKind.CLASSIFICATION, List.of())
                        .ending())
                .isEqualTo(Ending.Kind.LINEAR);
    }
}
