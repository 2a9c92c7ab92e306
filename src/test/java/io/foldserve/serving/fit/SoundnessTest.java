package io.foldserve.serving.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoundnessTest {
    @Test
    void layersWithoutAnyActivationAreOdd() {
        assertThat(Soundness.oddities(network("Conv", "Conv")))
                .containsExactly(
                        "the list of layers has no activation, so that all of them are one linear map; networks"
                                + " are not trained so: list the activations too, and compare an answer with your"
                                + " framework's");
    }

    @Test
    void layersWithAnActivationBetweenThemAreNot() {
        assertThat(Soundness.oddities(network("Conv", "Relu", "Conv"))).isEmpty();
    }

    @Test
    void oneLayerNeedsNone() {
        assertThat(Soundness.oddities(network("Conv", "AveragePool"))).isEmpty();
    }

    private static Graph network(String... operators) {
        GraphBuilder builder = new GraphBuilder("network");
        Shape image = Shape.of(1, 1, 4, 4);
        String value = builder.input(Value.of("image", DType.FLOAT32, image));
        builder.constant("weight", Tensor.ofFloats(Shape.of(1, 1, 1, 1), 2));
        for (int i = 0; i < operators.length; i++) {
            List<String> inputs = operators[i].equals("Conv") ? List.of(value, "weight") : List.of(value);
            value = builder.add(operators[i], "node-" + i, inputs);
        }
        builder.output(Value.of(value, DType.FLOAT32, image));
        return builder.build();
    }
}
