package io.foldserve.serving.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX files as people have them; the right answers are ONNX Runtime's without optimisations (served_networks.py). */
class ServedNetworksTest {
    private static final Path NETWORKS = Path.of("src/test/resources/io/foldserve/serving/networks");

    private static JsonNode expected() throws IOException {
        return new ObjectMapper().readTree(NETWORKS.resolve("expected.json").toFile());
    }

    static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        expected().fieldNames().forEachRemaining(names::add);
        return names;
    }

    @ParameterizedTest
    @MethodSource("names")
    void areServedRightOrRefusedWithWhatToWrite(String name) throws IOException {
        ServedAnswer.of(NETWORKS.resolve(name), NETWORKS.resolve("picture.png"))
                .expect(expected().path(name));
    }
}
