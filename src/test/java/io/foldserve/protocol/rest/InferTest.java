package io.foldserve.protocol.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.foldserve.http.ReadyService;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol over HTTP, with the bundled models. */
@QuarkusTest
class InferTest {
    private static final Path DIGIT = Path.of("models/digits/samples/digit-3.png");
    private static final Path SCENE = Path.of("models/digit-scenes/samples/scene-1.png");

    private TritonDialect triton;

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
        triton = new TritonDialect("http://localhost:" + RestAssured.port);
    }

    @Test
    void theServerAndItsModelsDescribeThemselves() {
        given().get("/v2").then().statusCode(200).body("name", equalTo("foldserve"));
        given().get("/v2/").then().statusCode(200).body("extensions[0]", equalTo("binary_tensor_data"));
        given().get("/v2/health/live").then().statusCode(200).body("live", equalTo(true));
        given().get("/v2/health/ready").then().statusCode(200).body("ready", equalTo(true));
        for (String model : List.of("digits", "digits/versions/1", "digits.doconv")) {
            given().get("/v2/models/" + model)
                    .then()
                    .statusCode(200)
                    .body("platform", equalTo("onnx_onnxv1"))
                    .body("versions", equalTo(List.of("1")))
                    .body("inputs[0].shape", equalTo(List.of(-1, 1, 32, 32)))
                    .body("outputs[0].name", equalTo("logits"))
                    .body("outputs[0].shape", equalTo(List.of(-1, 10)));
            given().get("/v2/models/" + model + "/ready").then().statusCode(200).body("ready", equalTo(true));
        }
        given().get("/v2/models/digit-scenes")
                .then()
                .body("outputs[0].name", equalTo("mask"))
                .body("outputs[0].datatype", equalTo("INT32"))
                .body("outputs[0].shape", equalTo(List.of(-1, 96, 96)));
        given().get("/v2/models/digits/config")
                .then()
                .statusCode(200)
                .body("max_batch_size", equalTo(64))
                .body("input[0].data_type", equalTo("TYPE_FP32"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "none/ready", "digits.none", "digits/versions/2", "digits/versions/2/config"})
    void anUnknownModelVariantOrVersionIsNotFound(String model) {
        given().get("/v2/models/" + model).then().statusCode(404).body("error", containsString("'"));
    }

    @Test
    void theRepositoryListsEveryModelAndLoadsThemByACall() {
        given().post("/v2/repository/index")
                .then()
                .statusCode(200)
                .body("name", equalTo(List.of("digit-scenes", "digits")))
                .body("state", equalTo(List.of("READY", "READY")));
        given().post("/v2/repository/models/digits/load").then().statusCode(200).body("name", equalTo("digits"));
    }

    @Test
    void aPictureHasTheSameLogitsAsInTheFirstProtocolToTheBit() throws IOException, InterruptedException {
        byte[] picture = Files.readAllBytes(DIGIT);
        for (String variant : List.of("doconv", "baseline")) {
            JsonPath known = predict("digits", variant, picture);
            TritonDialect.Answer answer =
                    triton.infer("digits." + variant, "BYTES", "[1]", TritonDialect.bytesTensor(picture), "");
            float[] logits = answer.floats();
            assertThat(answer.json().at("/parameters/variant").asText()).isEqualTo(variant);
            List<Integer> indices = known.getList("classes.index", Integer.class);
            List<Float> expected = known.getList("classes.logit", Float.class);
            assertThat(indices).hasSize(10);
            for (int i = 0; i < indices.size(); i++) {
                assertThat(logits[indices.get(i)]).isEqualTo(expected.get(i));
            }
        }
    }

    @Test
    void aSceneHasTheSameMaskAsInTheFirstProtocol() throws IOException {
        byte[] picture = Files.readAllBytes(SCENE);
        List<Integer> runs = predict("digit-scenes", "doconv", picture).getList("mask.runs", Integer.class);
        List<Integer> expected = IntStream.range(0, runs.size() / 2)
                .boxed()
                .flatMap(run -> IntStream.range(0, runs.get(2 * run + 1)).mapToObj(pixel -> runs.get(2 * run)))
                .toList();
        JsonPath answer = given().body(json("digit-scenes", "\"variant\":\"doconv\"", picture))
                .post("/v2/models/digit-scenes/infer")
                .jsonPath();
        assertThat(answer.getList("outputs[0].shape", Integer.class)).containsExactly(1, 96, 96);
        assertThat(answer.getList("outputs[0].data", Integer.class)).isEqualTo(expected);
    }

    @Test
    void picturesPixelsAndNormalisedTensorsGiveTheSameLogits() throws IOException, InterruptedException {
        byte[] picture = Files.readAllBytes(DIGIT);
        byte[] pixels = pixels(picture);
        assertThat(pixels).hasSize(32 * 32);
        ByteBuffer normalised = ByteBuffer.allocate(4 * pixels.length).order(ByteOrder.LITTLE_ENDIAN);
        float factor = (float) (1.0 / 255 / 0.25);
        float summand = (float) (-0.7 / 0.25);
        for (byte pixel : pixels) {
            normalised.putFloat((pixel & 0xFF) * factor + summand);
        }
        float[] encoded = triton.infer("digits.doconv", "BYTES", "[1]", TritonDialect.bytesTensor(picture), "")
                .floats();
        assertThat(triton.infer("digits.doconv", "UINT8", "[1,32,32,1]", pixels, "")
                        .floats())
                .isEqualTo(encoded);
        assertThat(triton.infer("digits.doconv", "FP32", "[1,1,32,32]", normalised.array(), "")
                        .floats())
                .isEqualTo(encoded);
        TritonDialect.Answer bare = triton.send(
                "/v2/models/digits.doconv/infer", normalised.array(), Map.of(RestBody.JSON_LENGTH, "0"), "");
        assertThat(bare.floats()).isEqualTo(encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void severalCompressedPicturesAreAnsweredInTheirOrder(String coding) throws IOException, InterruptedException {
        byte[] three = Files.readAllBytes(DIGIT);
        byte[] five = Files.readAllBytes(Path.of("models/digits/samples/digit-5.png"));
        float[] both = triton.infer("digits.doconv", "BYTES", "[2]", TritonDialect.bytesTensor(three, five), coding)
                .floats();
        assertThat(both).hasSize(20);
        assertThat(IntStream.range(0, 10).boxed().max((a, b) -> Float.compare(both[a], both[b])))
                .contains(3);
        assertThat(IntStream.range(0, 10).boxed().max((a, b) -> Float.compare(both[10 + a], both[10 + b])))
                .contains(5);
    }

    @Test
    void theBestClassesComeWithScoreIndexAndLabelAndTheIdIsEchoed() throws IOException {
        String request = """
                {"id":"seven","inputs":[{"name":"image","datatype":"BYTES","shape":[1],\
                "parameters":{"content_type":"base64"},"data":["%s"]}],\
                "outputs":[{"name":"logits",\
                "parameters":{"classification":2}}]}""".formatted(Base64.getEncoder().encodeToString(Files.readAllBytes(DIGIT)));
        JsonPath answer =
                given().body(request).post("/v2/models/digits/versions/1/infer").jsonPath();
        assertThat(answer.getString("id")).isEqualTo("seven");
        assertThat(answer.getString("model_name")).isEqualTo("digits");
        assertThat(answer.getString("model_version")).isEqualTo("1");
        assertThat(answer.getString("outputs[0].datatype")).isEqualTo("BYTES");
        assertThat(answer.getString("outputs[0].data[0]")).matches("[0-9.]+:3:3");
        assertThat(answer.getList("outputs[0].data")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"inputs":[]} | expected one input, 'image'
            {"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]} | expected one input, 'image'
            {"inputs":[{"name":"image","datatype":"FP32","shape":[1,1,2,2],"data":[1,2,3,4]}]} | FP32 [N, 1, 32, 32]
            {"inputs":[{"name":"image","datatype":"FP32","shape":[2],"data":[1]}]} | 8 bytes, found 4
            {"inputs":[{"name":"image","datatype":"UINT8","shape":[1],"data":[256]}]} | 0 to 255
            {"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["AA=="]}]} | base64
            {"inputs":[{"name":"image","datatype":"FP31","shape":[1],"data":[1]}]} | no datatype 'FP31'
            {"inputs":[{"name":"image","datatype":"FP32","shape":[-1],"data":[1]}]} | at least 1
            {"inputs":[{"name":"image","datatype":"FP32","shape":[1,2],"data":[[1],[2]]}]} | nested as [2, 1]
            {"inputs":[],"inputs":[]} | Duplicate
            {"inputs":[],"extra":1} | 'extra'
            {"inputs":[],"parameters":{"variant":1}} | variant must be a string
            {"inputs":[]} {} | follows
            [1] | must be an object
            nonsense | not JSON
            """)
    void whatIsNoRequestIsRefusedWithTheReason(String request, String reason) {
        given().body(request.strip())
                .post("/v2/models/digits/infer")
                .then()
                .statusCode(400)
                .body("error", containsString(reason));
    }

    @Test
    void aRequestThatIsCutOffIsRefusedInWordsForPeople() {
        given().body("{\"inputs\":[")
                .post("/v2/models/digits/infer")
                .then()
                .statusCode(400)
                .body("error", startsWith("the request is not JSON: Unexpected end-of-input"))
                .body("error", not(containsString("Source")));
    }

    @Test
    void anOutputThatTheModelDoesNotGiveIsRefused() throws IOException {
        String request = json("digits", "", Files.readAllBytes(DIGIT))
                .replaceFirst("\\{", "{\"outputs\":[{\"name\":\"mask\"}],");
        given().body(request)
                .post("/v2/models/digits/infer")
                .then()
                .statusCode(400)
                .body("error", equalTo("model digits has no output 'mask', expected 'logits'"));
    }

    @Test
    void lengthsThatLieAreRefused() throws IOException, InterruptedException {
        byte[] tensor = TritonDialect.bytesTensor(Files.readAllBytes(DIGIT));
        for (int size : new int[] {tensor.length - 1, tensor.length + 1, -1, 0, Integer.MAX_VALUE}) {
            assertThat(triton.infer("digits", TritonDialect.header("BYTES", "[1]", size), tensor, "")
                            .status())
                    .isEqualTo(400);
        }
        for (String length : List.of("-1", "1", "x", "99999999999", String.valueOf(tensor.length + 1))) {
            assertThat(triton.send("/v2/models/digits/infer", tensor, Map.of(RestBody.JSON_LENGTH, length), "")
                            .status())
                    .isEqualTo(400);
        }
        String both = TritonDialect.header("FP32", "[1]", 4).replace("\"shape\"", "\"data\":[1],\"shape\"");
        assertThat(triton.infer("digits", both, new byte[4], "")
                        .json()
                        .get("error")
                        .asText())
                .contains("both data and binary_data_size");
    }

    @Test
    void aBodyThatInflatesBeyondTheLimitIsTooLarge() throws IOException, InterruptedException {
        byte[] bomb = TritonDialect.compressed(new byte[20_000_000], "gzip");
        assertThat(bomb.length).isLessThan(100_000);
        assertThat(triton.send("/v2/models/digits/infer", bomb, Map.of(), "gzip")
                        .status())
                .isEqualTo(413);
        assertThat(triton.send("/v2/models/digits/infer", new byte[] {1, 2, 3}, Map.of(), "deflate")
                        .status())
                .isEqualTo(400);
        assertThat(triton.send("/v2/models/digits/infer", new byte[] {1}, Map.of(), "br")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void mutilatedRequestsAreNeverTheServicesFault() throws IOException, InterruptedException {
        byte[] tensor = TritonDialect.bytesTensor(Files.readAllBytes(DIGIT));
        byte[] json = TritonDialect.header("BYTES", "[1]", tensor.length).getBytes(StandardCharsets.UTF_8);
        byte[] whole = ByteBuffer.allocate(json.length + tensor.length)
                .put(json)
                .put(tensor)
                .array();
        SplittableRandom random = new SplittableRandom(12);
        for (int round = 0; round < 300; round++) {
            byte[] body = whole.clone();
            for (int change = 0; change <= random.nextInt(3); change++) {
                body[random.nextInt(round % 2 == 0 ? json.length + 8 : body.length)] = (byte) random.nextInt(32, 127);
            }
            int length = round % 5 == 0 ? random.nextInt(body.length + 1) : json.length;
            int status = triton.send(
                            "/v2/models/digits/infer", body, Map.of(RestBody.JSON_LENGTH, String.valueOf(length)), "")
                    .status();
            assertThat(status).as("round %d", round).isIn(200, 400, 413, 415);
        }
    }

    @Test
    void theStatisticsCountAnsweredAndRefusedRequests() throws IOException {
        JsonPath before = given().get("/v2/models/digits/stats").jsonPath();
        given().body(json("digits", "", Files.readAllBytes(DIGIT))).post("/v2/models/digits/infer");
        given().body("{}").post("/v2/models/digits/infer").then().statusCode(400);
        JsonPath after = given().get("/v2/models/digits/stats").jsonPath();
        String stats = "model_stats[0].inference_stats.";
        assertThat(after.getInt(stats + "success.count")).isEqualTo(before.getInt(stats + "success.count") + 1);
        assertThat(after.getInt(stats + "fail.count")).isEqualTo(before.getInt(stats + "fail.count") + 1);
    }

    private static JsonPath predict(String model, String variant, byte[] picture) {
        return given().contentType("image/png")
                .queryParam("variant", variant)
                .queryParam("topK", model.equals("digits") ? "10" : "1")
                .body(picture)
                .post("/v1/models/" + model + "/predict")
                .jsonPath();
    }

    private static String json(String model, String parameters, byte[] picture) {
        return """
                {"id":"%s","parameters":{%s},"inputs":[{"name":"image","datatype":"BYTES","shape":[1],\
                "parameters":{"content_type":"base64"},\
                "data":["%s"]}]}""".formatted(model, parameters, Base64.getEncoder().encodeToString(picture));
    }

    private static byte[] pixels(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        byte[] pixels = new byte[image.getWidth() * image.getHeight()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) image.getRaster().getSample(i % image.getWidth(), i / image.getWidth(), 0);
        }
        return pixels;
    }
}
