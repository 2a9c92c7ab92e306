package io.foldserve.serving.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small copies of what users have: a picture, models, and the right answer of each. */
class UserCasesTest {
    private static final Path CASES = Path.of("src/test/resources/io/foldserve/serving/cases");

    static List<String> models() throws IOException {
        List<String> models = new ArrayList<>();
        try (Stream<Path> folders = Files.list(CASES)) {
            for (Path folder : folders.sorted().toList()) {
                right(folder).fieldNames().forEachRemaining(model -> models.add(folder.getFileName() + "/" + model));
            }
        }
        return models;
    }

    private static JsonNode right(Path folder) throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("expected.json").toFile())
                .path("models");
    }

    @ParameterizedTest
    @MethodSource("models")
    void areAnsweredRightOrRefusedForTheReason(String model) throws IOException {
        Path folder = CASES.resolve(model.substring(0, model.indexOf('/')));
        String name = model.substring(model.indexOf('/') + 1);
        ServedAnswer.of(folder.resolve("models").resolve(name), folder.resolve("image.png"))
                .expect(right(folder).path(name).path("right").path(0));
    }
}
