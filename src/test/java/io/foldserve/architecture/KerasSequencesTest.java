package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sequential and subclassed networks of Keras, and batch norms without scale or centre, answer as in Keras; made by
 * src/test/golden/keras_sequences.py.
 */
class KerasSequencesTest {
    private static final Path FOLDER = Path.of("src/test/resources/io/foldserve/checkpoint/keras/sequences");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TOLERANCE = 1e-5;

    static List<Arguments> answers() throws IOException {
        List<Arguments> answers = new ArrayList<>();
        for (JsonNode answer : JSON.readTree(FOLDER.resolve("answers.json").toFile())) {
            answer.get("files").forEach(file -> answers.add(Arguments.of(file.asText(), answer)));
        }
        return answers;
    }

    private static Graph build(String file, Map<String, Object> declared) {
        return Architectures.build(
                Declaration.of(declared), new ImageSize(6, 5), CheckpointReader.read(FOLDER.resolve(file)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answersAsKerasDoes(String file, JsonNode answer) {
        Map<String, Object> declared = JSON.convertValue(answer.get("declared"), new TypeReference<>() {});
        float[] pixels = JSON.convertValue(answer.at("/image/values"), float[].class);
        Tensor image = Tensor.ofFloats(Shape.of(JSON.convertValue(answer.at("/image/shape"), int[].class)), pixels);

        Tensor logits = Objects.requireNonNull(Evaluator.evaluate(build(file, declared), Map.of("image", image))
                .get("logits"));

        double[] expected = JSON.convertValue(answer.get("logits"), double[].class);
        assertThat(logits.toDoubles()).containsExactly(expected, offset(TOLERANCE));
    }

    private static List<String> problems(Map<String, Object> unscaled, Map<String, Object> uncentred) {
        Map<String, Object> declared = Map.of(
                "channels",
                2,
                "layers",
                List.of(
                        Map.of("conv", Map.of("name", "c1", "out", 4, "kernel", 3, "padding", 1, "bias", false)),
                        Map.of("batchNorm", unscaled),
                        Map.of("conv", Map.of("name", "c2", "out", 4, "kernel", 1, "bias", false)),
                        Map.of("batchNorm", uncentred),
                        Map.of("conv", Map.of("name", "c3", "out", 4, "kernel", 1, "bias", false)),
                        Map.of("batchNorm", Map.of("name", "bare")),
                        Map.of("adaptiveAvgPool", Map.of("output", 1)),
                        "flatten",
                        Map.of("linear", Map.of("name", "head", "out", 3))));
        return catchThrowableOfType(InvalidInputException.class, () -> build("half-affine.weights.h5", declared))
                .problems();
    }

    @Test
    void asksWhichIsMissingWhereTheFileDoesNotSay() {
        assertThat(problems(Map.of("name", "unscaled"), Map.of("name", "uncentred", "center", false)))
                .containsExactly("unscaled has a scale or a centre and its file does not say which: "
                        + "set scale: false or center: false");
    }

    @Test
    void refusesANormThatHasMoreThanIsDeclared() {
        assertThat(problems(
                        Map.of("name", "unscaled", "scale", false),
                        Map.of("name", "uncentred", "scale", false, "center", false)))
                .containsExactly("uncentred.weight_or_bias (4) is left over: the architecture has no place for it");
    }

    @Test
    void refusesAStoredScaleWhereNoneIsDeclared() {
        assertThat(DeclaredNetwork.layers(Map.of("batchNorm", Map.of("scale", false)))
                        .tensor("0.weight", 3)
                        .tensor("0.bias", 3)
                        .tensor("0.running_mean", 3)
                        .tensor("0.running_var", 3)
                        .problems())
                .containsExactly(
                        "0.weight is stored and not 1 everywhere, expected none since scale: false is declared");
    }
}
