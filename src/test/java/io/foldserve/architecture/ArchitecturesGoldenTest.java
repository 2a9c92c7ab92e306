package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every family against what PyTorch, torchvision and Keras answer in float64; made by src/test/golden/architectures.py
 * and keras_networks.py.
 */
class ArchitecturesGoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TOLERANCE = 1e-12;

    static Stream<Arguments> cases() {
        return goldens().map(golden -> Arguments.of(golden.get("name").asText(), golden));
    }

    /** The golden cases of all families. */
    static Stream<JsonNode> goldens() {
        return Stream.of(
                        "layer_lists",
                        "poolings",
                        "resnets",
                        "cifar_resnets",
                        "unets",
                        "segmentations",
                        "relatives",
                        "gluon_resnets",
                        "mobiles",
                        "vggs",
                        "decoders",
                        "gluon_relatives",
                        "keras_networks",
                        "keras_same_paddings")
                .flatMap(family -> StreamSupport.stream(read(family).spliterator(), false));
    }

    static JsonNode read(String name) {
        String resource = name + ".json.gz";
        try (InputStream file = ArchitecturesGoldenTest.class.getResourceAsStream(resource);
                InputStream plain = new GZIPInputStream(Objects.requireNonNull(file, resource))) {
            return JSON.readTree(plain);
        } catch (IOException unreadable) {
            throw new IllegalStateException(resource, unreadable);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void answersAsItsFrameworkDoes(String name, JsonNode golden) {
        assertAnswers(golden, build(golden));
    }

    /** Refuses a {@code graph} that answers anything else than {@code golden} says. */
    static void assertAnswers(JsonNode golden, Graph graph) {
        Tensor logits = Objects.requireNonNull(
                Evaluator.evaluate(graph, Map.of("image", image(graph, golden))).get("logits"));

        assertThat(logits.shape()).isEqualTo(FormulaCheckpoint.shape(golden.get("shape")));
        assertThat(graph.outputs().get(0).shape()).contains(logits.shape());
        double[] values = logits.toDoubles();
        double allowed = TOLERANCE * golden.get("largest").asDouble();
        for (int i = 0; i < golden.get("positions").size(); i++) {
            int position = golden.get("positions").get(i).asInt();
            assertThat(values[position])
                    .as("position %d", position)
                    .isCloseTo(golden.get("values").get(i).asDouble(), offset(allowed));
        }
    }

    static Graph build(JsonNode golden) {
        Checkpoint checkpoint = FormulaCheckpoint.of(golden);
        JsonNode size = golden.get("image").get("size");
        return Architectures.build(
                Declaration.of(declared(golden)),
                new ImageSize(size.get(0).asInt(), size.get(1).asInt()),
                checkpoint);
    }

    static Map<String, Object> declared(JsonNode golden) {
        return JSON.convertValue(golden.get("declared"), new TypeReference<Map<String, Object>>() {});
    }

    static Tensor image(Graph graph, JsonNode golden) {
        Shape shape = graph.inputs().get(0).shape().orElseThrow();
        return FormulaCheckpoint.uniform(shape, golden.get("image").get("seed").asLong(), -2, 2);
    }
}
