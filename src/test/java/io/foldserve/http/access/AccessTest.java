package io.foldserve.http.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc;
import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.foldserve.protocol.proto.RepositoryModelLoadRequest;
import io.foldserve.protocol.proto.RepositoryModelUnloadRequest;
import io.foldserve.protocol.proto.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service with both tokens and a management port, over HTTP and gRPC. */
@QuarkusTest
@TestProfile(AccessTest.Guarded.class)
class AccessTest {
    private static final String ADMIN = "an-admin-token-of-tests";
    private static final String PREDICT = "a-predict-token-of-tests";
    private static final String LOAD = "/v2/repository/models/digits/load";
    private static final Path DIGIT = Path.of("models/digits/samples/digit-3.png");

    @ConfigProperty(name = "foldserve.management.port")
    int management;

    /** Everything that can be guarded is. */
    public static final class Guarded implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try (ServerSocket free = new ServerSocket(0)) {
                return Map.of(
                        "foldserve.admin.token", ADMIN,
                        "foldserve.predict.token", PREDICT,
                        "foldserve.management.port", String.valueOf(free.getLocalPort()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void ready() throws InterruptedException {
        for (int attempt = 0; attempt < 6000; attempt++) {
            if (given().port(management).get("/q/health/ready").statusCode() == 200) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("never ready");
    }

    @Test
    void healthAndMetricsAreOnTheManagementPortOnly() {
        for (String path : new String[] {"/q/health/live", "/q/health", "/q/metrics", "/q//metrics", "/q/./metrics"}) {
            given().get(path).then().statusCode(404).body("error", containsString("there is nothing at this"));
        }
        given().port(management).get("/q/metrics").then().statusCode(200).body(containsString("foldserve_model_state"));
        given().port(management).get("/q/health/live").then().statusCode(200);
        given().get("/v2/health/live").then().statusCode(200);
    }

    @Test
    void adminCallsAreOnTheManagementPortOnly() {
        for (String path : new String[] {LOAD, LOAD.replace("load", "unload"), "/v1/models/digits/parity"}) {
            given().auth()
                    .oauth2(ADMIN)
                    .post(path)
                    .then()
                    .statusCode(403)
                    .body("error", equalTo("this call is answered on the management port only"));
        }
        given().port(management).auth().oauth2(ADMIN).post(LOAD).then().statusCode(200);
    }

    @Test
    void adminCallsNeedTheAdminToken() {
        given().port(management)
                .post(LOAD)
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Bearer realm=\"foldserve\"")
                .body("error", containsString("with the admin token, found none"));
        given().port(management).auth().oauth2(PREDICT).post(LOAD).then().statusCode(401);
        given().port(management)
                .auth()
                .preemptive()
                .basic("a", ADMIN)
                .post(LOAD)
                .then()
                .statusCode(401);
    }

    @Test
    void predictionsNeedEitherToken() {
        String[] calls = {"/v1/models/digits/predict", "/v2/models/digits/infer", "/v2/models/digits/versions/1/infer"};
        for (String call : calls) {
            given().contentType("image/png")
                    .body(DIGIT.toFile())
                    .post(call)
                    .then()
                    .statusCode(401)
                    .body("error", containsString("with the predict token, found none"));
        }
        for (String token : new String[] {PREDICT, ADMIN}) {
            given().auth()
                    .oauth2(token)
                    .contentType("image/png")
                    .body(DIGIT.toFile())
                    .post("/v1/models/digits/predict")
                    .then()
                    .statusCode(200)
                    .body("classes[0].label", equalTo("3"));
        }
        given().get("/v1/models").then().statusCode(200);
    }

    @Test
    void refusedPredictionsAreCounted() {
        String before = rejected();
        given().contentType("image/png")
                .body(DIGIT.toFile())
                .put("/v1/models/digits/predict")
                .then()
                .statusCode(401);

        assertThat(rejected()).isNotEqualTo(before);
    }

    private String rejected() {
        return given().port(management)
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line ->
                        line.startsWith("foldserve_requests_rejected_total{model=\"digits\",outcome=\"refused\""))
                .findFirst()
                .orElse("");
    }

    @Test
    void callsByGrpcNeedTheSame() {
        RepositoryModelLoadRequest load =
                RepositoryModelLoadRequest.newBuilder().setModelName("digits").build();
        RepositoryModelUnloadRequest unload =
                RepositoryModelUnloadRequest.newBuilder().setModelName("digits").build();
        ModelInferRequest infer =
                ModelInferRequest.newBuilder().setModelName("digits").build();

        assertThat(refusal(RestAssured.port, ADMIN, stub -> stub.repositoryModelLoad(load))
                        .getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refusal(management, PREDICT, stub -> stub.repositoryModelLoad(load))
                        .getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refusal(management, PREDICT, stub -> stub.repositoryModelUnload(unload))
                        .getDescription())
                .contains("with the admin token, found another");
        assertThat(refusal(RestAssured.port, "wrong", stub -> stub.modelInfer(infer))
                        .getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refusal(RestAssured.port, PREDICT, stub -> stub.modelInfer(infer))
                        .getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThatCode(() -> call(management, ADMIN, stub -> stub.repositoryModelLoad(load)))
                .doesNotThrowAnyException();
        assertThat(call(RestAssured.port, "wrong", stub -> stub.serverLive(ServerLiveRequest.getDefaultInstance()))
                        .getLive())
                .isTrue();
    }

    private static Status refusal(int port, String token, Function<GRPCInferenceServiceBlockingStub, Object> call) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> call(port, token, call))
                .getStatus();
    }

    private static <T> T call(int port, String token, Function<GRPCInferenceServiceBlockingStub, T> call) {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        try {
            return call.apply(GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)));
        } finally {
            channel.shutdownNow();
        }
    }
}
