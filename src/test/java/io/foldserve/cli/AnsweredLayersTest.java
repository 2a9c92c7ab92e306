package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.CheckpointSurvey;
import io.foldserve.architecture.Declaration;
import io.foldserve.architecture.GoldenNetworks;
import io.foldserve.architecture.GoldenNetworks.Trained;
import io.foldserve.architecture.StoredLayer;
import io.foldserve.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The layers that are printed for a checkpoint build the network that was trained once the questions beside them are
 * answered, and nothing else is changed.
 */
class AnsweredLayersTest {
    /** What no checkpoint says of a layer, and the manifest asks. */
    private static final Set<String> ASKED =
            Set.of("stride", "padding", "paddingMode", "dilation", "epsilon", "kernel", "dMul");

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Trained> lists() {
        return GoldenNetworks.lists()
                .filter(golden -> !CheckpointSurvey.layers(golden.checkpoint()).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("lists")
    void buildTheTrainedNetworkOnceTheirQuestionsAreAnswered(Trained golden) throws IOException {
        List<StoredLayer> layers = CheckpointSurvey.layers(golden.checkpoint());
        CheckpointFile file = new CheckpointFile(Path.of("net.pth"), golden.checkpoint(), layers, List.of());
        String text = StarterManifest.of(StarterNetwork.of(file)).stream()
                .map(line -> line.print() + "\n")
                .collect(Collectors.joining());
        JsonNode variant =
                new YAMLMapper().readTree(text).path("variants").elements().next();
        Map<String, Object> printed =
                JSON.convertValue(variant.path("architecture"), new TypeReference<Map<String, Object>>() {});

        printed.put("guessed", false);
        printed.put("layers", answered(golden.declared(), byName(printed)));

        Graph trained = Architectures.build(Declaration.of(golden.declared()), golden.size(), golden.checkpoint());
        Graph answered = Architectures.build(Declaration.of(printed), golden.size(), golden.checkpoint());
        assertThat(operators(answered)).isEqualTo(operators(trained));
        assertThat(answered.outputs()).isEqualTo(trained.outputs());
    }

    private static List<String> operators(Graph graph) {
        return graph.nodes().stream()
                .map(node -> node.op() + " " + node.attributes())
                .toList();
    }

    private static Map<String, Map<String, Object>> byName(Map<String, Object> printed) {
        Map<String, Map<String, Object>> named = new HashMap<>();
        JSON.valueToTree(printed.get("layers")).forEach(layer -> {
            if (layer.isObject()) {
                Map.Entry<String, JsonNode> only = layer.properties().iterator().next();
                named.put(
                        only.getValue().path("name").asText(),
                        JSON.convertValue(layer, new TypeReference<Map<String, Object>>() {}));
            }
        });
        return named;
    }

    /** The printed layers in the order of the trained network, between those without tensors, with what was asked. */
    private static List<Object> answered(Map<String, Object> trained, Map<String, Map<String, Object>> printed) {
        String prefix = trained.containsKey("prefix") ? trained.get("prefix") + "." : "";
        List<Object> answered = new ArrayList<>();
        JsonNode layers = JSON.valueToTree(trained.get("layers"));
        for (int i = 0; i < layers.size(); i++) {
            JsonNode options = layers.get(i).isTextual()
                    ? JSON.createObjectNode()
                    : layers.get(i).elements().next();
            String name = prefix + options.path("name").asText(Integer.toString(i));
            Map<String, Object> line = printed.get(name);
            answered.add(line == null ? JSON.convertValue(layers.get(i), Object.class) : merged(line, options));
        }
        return answered;
    }

    private static Map<String, Object> merged(Map<String, Object> line, JsonNode options) {
        String kind = line.keySet().iterator().next();
        Map<String, Object> merged =
                new LinkedHashMap<>(JSON.convertValue(line.get(kind), new TypeReference<Map<String, Object>>() {}));
        merged.keySet().removeIf(key -> ASKED.contains(key) && !key.equals("kernel"));
        options.properties().stream()
                .filter(option -> ASKED.contains(option.getKey()))
                .forEach(option -> merged.put(option.getKey(), JSON.convertValue(option.getValue(), Object.class)));
        return Map.of(kind, merged);
    }
}
