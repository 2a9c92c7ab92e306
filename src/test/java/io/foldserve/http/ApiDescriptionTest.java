package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The OpenAPI document says of every call what is sent and what is answered, and the answers are as it says. */
@QuarkusTest
class ApiDescriptionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    /** One call as the document has it. */
    private record Call(String method, String path, JsonNode operation) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @Test
    void everyCallHasANameAndASummary() throws IOException {
        assertThat(calls(description())).isNotEmpty().allSatisfy(call -> assertThat(
                        call.operation().path("summary").asText())
                .as("%s", call)
                .isNotBlank());
        assertThat(calls(description()))
                .extracting(call -> call.operation().path("operationId").asText())
                .doesNotContain("")
                .doesNotHaveDuplicates();
    }

    @Test
    void everyAnswerAndEveryBodyHasAType() throws IOException {
        List<String> untyped = new ArrayList<>();
        for (Call call : calls(description())) {
            Map<String, JsonNode> contents = new LinkedHashMap<>();
            call.operation().path("responses").properties().forEach(response -> {
                JsonNode content = response.getValue().path("content");
                contents.put(response.getKey(), content);
                if (content.isEmpty()) {
                    untyped.add(call + " " + response.getKey());
                }
            });
            contents.put("body", call.operation().path("requestBody").path("content"));
            contents.forEach((name, content) -> content.properties().forEach(media -> {
                if (media.getValue().path("schema").isEmpty()) {
                    untyped.add("%s %s %s".formatted(call, name, media.getKey()));
                }
            }));
        }
        assertThat(untyped).isEmpty();
    }

    /** What the protocol leaves open itself, and what is a schema of its own. */
    private static final Set<String> OPEN = Set.of(
            "InferenceTensor/parameters",
            "InferenceTensor/data/items",
            "InferenceRequest/parameters",
            "InferenceRequest/outputs/items/parameters",
            "InferenceResponse/parameters");

    @Test
    void everyMemberOfEveryAnswerAndBodyHasAType() throws IOException {
        JsonNode description = description();
        List<String> untyped = new ArrayList<>();
        description
                .at("/components/schemas")
                .properties()
                .forEach(type -> walk(type.getKey(), type.getValue(), untyped));
        for (Call call : calls(description)) {
            call.operation().findValues("content").forEach(content -> {
                JsonNode schema = content.path("application/json").path("schema");
                if (schema.path("type").asText().equals("string")) {
                    untyped.add(call + ": text for JSON");
                }
                if (!schema.isMissingNode()) {
                    walk(call.toString(), schema, untyped);
                }
            });
        }
        assertThat(untyped).isEmpty();
    }

    /** Adds the places of {@code schema} that say nothing of what may stand there. */
    private static void walk(String place, JsonNode schema, List<String> untyped) {
        if (OPEN.contains(place) || schema.has("$ref") || schema.has("enum")) {
            return;
        }
        if (schema.has("anyOf")) {
            schema.path("anyOf").forEach(choice -> walk(place + "/anyOf", choice, untyped));
            return;
        }
        String type = schema.path("type").isArray()
                ? schema.path("type").path(0).asText()
                : schema.path("type").asText();
        switch (type) {
            case "object" -> {
                JsonNode others = schema.path("additionalProperties");
                if (!schema.has("properties") && !others.isObject()) {
                    untyped.add(place + ": a bare object");
                }
                schema.path("properties")
                        .properties()
                        .forEach(member -> walk(place + "/" + member.getKey(), member.getValue(), untyped));
                if (others.isObject()) {
                    walk(place + "/*", others, untyped);
                }
            }
            case "array" -> walk(place + "/items", schema.path("items"), untyped);
            case "string", "number", "integer", "boolean", "null" -> {}
            default -> untyped.add(place + ": no type");
        }
    }

    @Test
    void everyCallNamesItsRefusals() throws IOException {
        for (Call call : calls(description())) {
            JsonNode responses = call.operation().path("responses");
            assertThat(responses
                            .at("/400/content/application~1json/schema/$ref")
                            .asText())
                    .as("%s", call)
                    .isEqualTo("#/components/schemas/ErrorBody");
            assertThat(responses.has("404"))
                    .as("%s", call)
                    .isEqualTo(call.path().contains("{"));
            assertThat(responses.has("429"))
                    .as("%s", call)
                    .isEqualTo(call.path().matches(".*/(predict|compare|infer)"));
            assertThat(responses.has("409"))
                    .as("%s", call)
                    .isEqualTo(call.toString().equals("post /v1/models/{model}/parity"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/models, /v1/models",
        "/v1/models/{model}, /v1/models/digits",
        "/v1/models/{model}/parity, /v1/models/digits/parity",
        "/v1/models/{model}/experiment, /v1/models/digits/experiment",
        "/v1/models/{model}/experiment, /v1/models/digit-scenes/experiment",
        "/v1/models/{model}/disagreements, /v1/models/digits/disagreements",
        "/v1/models/{model}/variants/{variant}/fold, /v1/models/digits/variants/doconv/fold",
        "/v2, /v2",
        "/v2/health/live, /v2/health/live",
        "/v2/health/ready, /v2/health/ready",
        "/v2/models/{model}, /v2/models/digits",
        "/v2/models/{model}/config, /v2/models/digits/config",
        "/v2/models/{model}/ready, /v2/models/digits/ready",
        "/v2/models/{model}/stats, /v2/models/digits/stats",
    })
    void whatIsReadIsAsDescribed(String path, String target) throws IOException {
        expectDescribed(
                "get", path, given().accept("application/json").get(target).asByteArray());
    }

    @ParameterizedTest
    @CsvSource({"predict,digits,digit-3", "predict,digit-scenes,scene-1", "compare,digits,digit-3"})
    void whatAPictureIsAnsweredIsAsDescribed(String call, String model, String sample) throws IOException {
        byte[] picture = Files.readAllBytes(Path.of("models", model, "samples", sample + ".png"));
        byte[] answer = given().contentType("image/png")
                .body(picture)
                .post("/v1/models/%s/%s".formatted(model, call))
                .asByteArray();
        expectDescribed("post", "/v1/models/{model}/" + call, answer);
    }

    @Test
    void aComparisonOfMasksWithThePictureIsAsDescribed() throws IOException {
        byte[] answer = given().contentType("image/jpeg")
                .body(Files.readAllBytes(ServiceProcess.SCENE))
                .post("/v1/models/digit-scenes/compare?picture=true")
                .asByteArray();
        expectDescribed("post", "/v1/models/{model}/compare", answer);
    }

    @Test
    void whatTensorsAreAnsweredIsAsDescribed() throws IOException {
        List<Integer> pixels =
                IntStream.range(0, 32 * 32).map(i -> i % 251).boxed().toList();
        JsonNode input =
                JSON.readTree(given().get("/v2/models/digits").asByteArray()).at("/inputs/0");
        byte[] request = JSON.writeValueAsBytes(Map.of(
                "inputs",
                List.of(Map.of(
                        "name",
                        input.path("name").asText(),
                        "shape",
                        List.of(1, 1, 32, 32),
                        "datatype",
                        "FP32",
                        "data",
                        pixels))));
        byte[] answer = given().contentType("application/json")
                .body(request)
                .post("/v2/models/digits/infer")
                .asByteArray();
        expectDescribed("post", "/v2/models/{model}/infer", answer);
    }

    private static void expectDescribed(String method, String path, byte[] answer) throws IOException {
        ObjectNode description = description();
        JsonNode described =
                description.path("paths").path(path).path(method).at("/responses/200/content/application~1json/schema");
        assertThat(described.isMissingNode()).isFalse();
        close(description);
        ObjectNode schema = description.deepCopy().retain("components");
        schema.setAll((ObjectNode) described);
        JsonSchema checked =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
        assertThat(checked.validate(JSON.readTree(answer))).isEmpty();
    }

    /** An object has no members but those that are described. */
    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("properties").isObject()) {
            if (!object.has("additionalProperties")) {
                object.put("additionalProperties", false);
            }
        }
        node.forEach(ApiDescriptionTest::close);
    }

    private static List<Call> calls(JsonNode description) {
        List<Call> calls = new ArrayList<>();
        description
                .path("paths")
                .properties()
                .forEach(path -> METHODS.forEach(method -> {
                    if (path.getValue().has(method)) {
                        calls.add(
                                new Call(method, path.getKey(), path.getValue().path(method)));
                    }
                }));
        return calls;
    }

    private static ObjectNode description() throws IOException {
        return (ObjectNode) JSON.readTree(given().get("/q/openapi?format=json").asByteArray());
    }
}
