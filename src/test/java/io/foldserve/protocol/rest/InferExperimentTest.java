package io.foldserve.protocol.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.google.protobuf.ByteString;
import io.foldserve.http.ReadyService;
import io.foldserve.http.WithExperiments;
import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc;
import io.foldserve.protocol.proto.InferParameter;
import io.foldserve.protocol.proto.InferTensorContents;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.foldserve.protocol.proto.ModelInferRequest.InferInputTensor;
import io.foldserve.protocol.proto.ModelInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests with tensors take part in the experiments of their models, over HTTP and gRPC. */
@QuarkusTest
@TestProfile(WithExperiments.class)
class InferExperimentTest {
    private static final Path DIGIT = Path.of("models/digits/samples/digit-3.png");
    private static final int SCENE = 96;

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    private static Response infer(RequestSpecification request, String model, String query, String parameters)
            throws IOException {
        String picture = Base64.getEncoder().encodeToString(Files.readAllBytes(DIGIT));
        return request.contentType("application/json")
                .body("""
                        {"id":"mine","parameters":{%s},"inputs":[{"name":"image","datatype":"BYTES","shape":[2],\
                        "parameters":{"content_type":"base64"},"data":["%s","%s"]}]}""".formatted(parameters, picture, picture))
                .post("/v2/models/" + model + "/infer" + query);
    }

    private static Response digits(RequestSpecification request, String parameters) throws IOException {
        return infer(request, "digits", "", parameters);
    }

    private static ModelInferResponse call(String user, Map<String, String> parameters) throws IOException {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("localhost", RestAssured.port)
                .usePlaintext()
                .build();
        try {
            Metadata head = new Metadata();
            if (!user.isEmpty()) {
                head.put(Metadata.Key.of("X-User-Id", Metadata.ASCII_STRING_MARSHALLER), user);
            }
            ModelInferRequest.Builder request = ModelInferRequest.newBuilder()
                    .setModelName("digits")
                    .addInputs(InferInputTensor.newBuilder()
                            .setName("image")
                            .setDatatype("BYTES")
                            .addShape(1)
                            .setContents(InferTensorContents.newBuilder()
                                    .addBytesContents(ByteString.copyFrom(Files.readAllBytes(DIGIT)))));
            parameters.forEach((name, value) -> request.putParameters(
                    name, InferParameter.newBuilder().setStringParam(value).build()));
            return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(head))
                    .modelInfer(request.build());
        } finally {
            channel.shutdownNow();
        }
    }

    private static long dealt(String model) {
        Map<String, Integer> requests =
                given().get("/v1/models/" + model + "/experiment").path("assignment.requests");
        return requests.values().stream().mapToLong(Integer::longValue).sum();
    }

    @Test
    void aUserHasTheSameVariantByEveryProtocolHoweverItIsSaid() throws IOException {
        Set<String> variants = new HashSet<>();
        for (int user = 0; user < 12; user++) {
            String name = "user-" + user;
            String first = given().header("X-User-Id", name)
                    .contentType("image/png")
                    .body(Files.readAllBytes(DIGIT))
                    .post("/v1/models/digits/predict")
                    .path("variant");
            Response byHeader = digits(given().header("X-User-Id", name), "");
            Response byParameter = digits(given(), "\"unit\":\"" + name + "\"");

            assertThat(byHeader.header("Foldserve-Experiment")).isEqualTo("by-user");
            assertThat(byHeader.header("Foldserve-Variant")).isEqualTo(first);
            assertThat(byParameter.<String>path("parameters.variant")).isEqualTo(first);
            assertThat(call(name, Map.of()).getParametersOrThrow("variant").getStringParam())
                    .isEqualTo(first);
            assertThat(call("", Map.of("unit", name))
                            .getParametersOrThrow("variant")
                            .getStringParam())
                    .isEqualTo(first);
            variants.add(first);
        }
        assertThat(variants).hasSize(2);
    }

    @Test
    void everyPictureHasAnIdForFeedbackAndTheRequestIsDealtOnce() throws IOException {
        long before = dealt("digits");
        Response answer = digits(given(), "");
        List<String> ids =
                List.of(answer.<String>path("parameters.feedback_ids").split(","));
        ModelInferResponse called = call("", Map.of());
        String third = called.getParametersOrThrow("feedback_ids").getStringParam();

        assertThat(answer.<String>path("id")).isEqualTo("mine");
        assertThat(answer.<String>path("parameters.experiment")).isEqualTo("by-user");
        assertThat(called.getParametersOrThrow("experiment").getStringParam()).isEqualTo("by-user");
        assertThat(ids).hasSize(2).doesNotHaveDuplicates().doesNotContain(third);
        assertThat(dealt("digits")).isEqualTo(before + 2);
        String lines = Stream.concat(ids.stream(), Stream.of(third))
                .map("{\"id\":\"%s\",\"label\":\"3\"}"::formatted)
                .collect(Collectors.joining("\n"));
        given().contentType("application/x-ndjson")
                .body(lines.getBytes(StandardCharsets.UTF_8))
                .post("/v1/models/digits/feedback")
                .then()
                .statusCode(202)
                .body("counted", equalTo(3));
    }

    @Test
    void aRequestThatNamesItsVariantCountsForNoExperiment() throws IOException {
        long before = dealt("digits");
        Response byName = infer(given(), "digits.doconv", "", "");
        Response byParameter = digits(given(), "\"variant\":\"baseline\"");

        assertThat(byName.<Map<String, String>>path("parameters")).isEqualTo(Map.of("variant", "doconv"));
        assertThat(byParameter.<Map<String, String>>path("parameters")).isEqualTo(Map.of("variant", "baseline"));
        assertThat(byName.header("Foldserve-Experiment")).isNull();
        assertThat(dealt("digits")).isEqualTo(before);
    }

    @Test
    void twoUnitsInOneRequestAreRefused() throws IOException {
        digits(given().header("X-User-Id", "ada"), "\"unit\":\"grace\"")
                .then()
                .statusCode(400)
                .body("error", containsString("the parameter unit says 'grace', but header:X-User-Id says 'ada'"));
        digits(given(), "\"unit\":7").then().statusCode(400).body("error", containsString("unit must be a string"));
    }

    @Test
    void theQueryParameterOfTheUnitIsKnownAndNoOther() throws IOException {
        infer(given(), "digit-scenes", "?page=7", "").then().statusCode(200);
        infer(given(), "digit-scenes", "?side=7", "")
                .then()
                .statusCode(400)
                .body("error", containsString("no query parameter 'side'"));
        infer(given(), "digits", "?page=7", "").then().statusCode(400);
    }

    @Test
    void theRightMaskOfWhatANetworkTakesHasTheNetworksSize() throws IOException {
        String zeros = String.join(",", Collections.nCopies(3 * SCENE * SCENE, "0"));
        Response answer = given().contentType("application/json")
                .body("""
                        {"inputs":[{"name":"image","datatype":"FP32","shape":[1,3,%d,%d],"data":[%s]}]}""".formatted(SCENE, SCENE, zeros))
                .post("/v2/models/digit-scenes/infer");
        String id = answer.path("parameters.feedback_ids");

        feedback(id, 2 * SCENE)
                .then()
                .statusCode(400)
                .body("error", containsString("expected a mask of the picture's size 96×96, found 192×192"));
        feedback(id, SCENE).then().statusCode(202).body("counted", equalTo(1));
    }

    private static Response feedback(String id, int side) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY), "png", png);
        return given().contentType("image/png")
                .body(png.toByteArray())
                .post("/v1/models/digit-scenes/feedback?id=" + id);
    }
}
