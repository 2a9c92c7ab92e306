package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks of DO-Conv layers from the files that Keras and TensorFlow saved; made by src/test/golden/keras_networks.py.
 */
class KerasCheckpointsTest {
    private static final JsonNode GOLDEN = ArchitecturesGoldenTest.read("keras_saved");

    @ParameterizedTest
    @ValueSource(strings = {"doconv.weights.h5", "doconv.keras", "doconv.index"})
    void answersAsTheSavedNetworkDoes(String file) {
        ArchitecturesGoldenTest.assertAnswers(GOLDEN.get(0), build(GOLDEN.get(0), read(file)));
    }

    @Test
    void answersAsTheSavedModulesDo() {
        ArchitecturesGoldenTest.assertAnswers(GOLDEN.get(1), build(GOLDEN.get(1), read("modules.index")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"doconv.weights.h5", "doconv.keras", "doconv.index"})
    void tellsTheLayersOfASavedNetwork(String file) {
        List<String> layers = CheckpointSurvey.layers(read(file)).stream()
                .map(layer -> "%s %s %s %s"
                        .formatted(
                                layer.path(),
                                layer.kind(),
                                layer.groups().orElse(0),
                                layer.multiplier().orElse(0)))
                .toList();

        assertThat(layers)
                .containsExactlyInAnyOrder(
                        "stem DO_CONV 1 9",
                        "grouped DO_CONV 2 7",
                        "grouped_bn BATCH_NORM 0 0",
                        "wide DO_CONV 3 4",
                        "depthwise DO_CONV 12 13",
                        "depthwise_bn BATCH_NORM 0 0",
                        "point DO_CONV 0 1",
                        "plain CONVOLUTION 0 0",
                        "fc LINEAR 0 0");
    }

    @ParameterizedTest
    @CsvSource({
        "keras resnet50 doconv of 48x64, resnet50, 'classes=5, width=8'",
        "keras mobilenet-v1 doconv of 47x61, mobilenet-v1, 'classes=5, multiplier=0.25'",
        "keras mobilenet-v2 plain of 65x49, mobilenet-v2, 'classes=5, multiplier=0.35'"
    })
    void findsTheArchitectureThatAKerasCheckpointFits(String name, String architecture, String options) {
        JsonNode golden = StreamSupport.stream(
                        ArchitecturesGoldenTest.read("keras_networks").spliterator(), false)
                .filter(found -> found.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();

        ArchitectureFit best =
                ArchitectureSearch.rank(FormulaCheckpoint.of(golden)).get(0);

        assertThat(best.isExact()).isTrue();
        assertThat(best.name()).isEqualTo(architecture);
        assertThat(new TreeMap<>(best.options())).hasToString("{" + options + "}");
    }

    @Test
    void refusesAPairThatIsDeclaredWithAnotherNumberOfGroups() {
        Map<String, Object> declared = Map.of(
                "layers",
                List.of(
                        Map.of("conv", Map.of("name", "stem", "out", 8, "kernel", 3, "stride", 2, "padding", "same")),
                        Map.of("conv", Map.of("name", "blocks.0", "out", 6, "kernel", List.of(3, 2), "bias", false))));

        assertThatThrownBy(
                        () -> Architectures.build(Declaration.of(declared), new ImageSize(9, 9), read("modules.index")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("blocks.0.W is 6×4×7, a kernel of 2 groups over the 8 channels that reach it: "
                        + "set layers[1].conv.groups: 2");
    }

    private static Graph build(JsonNode golden, Checkpoint checkpoint) {
        JsonNode size = golden.get("image").get("size");
        ImageSize input = new ImageSize(size.get(0).asInt(), size.get(1).asInt());
        return Architectures.build(Declaration.of(ArchitecturesGoldenTest.declared(golden)), input, checkpoint);
    }

    private static Checkpoint read(String file) {
        try {
            return CheckpointReader.read(
                    Path.of(Objects.requireNonNull(KerasCheckpointsTest.class.getResource("keras/" + file), file)
                            .toURI()));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(file, impossible);
        }
    }
}
