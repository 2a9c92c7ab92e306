package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import com.google.protobuf.ByteString;
import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.foldserve.protocol.proto.ModelInferRequest.InferInputTensor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every answer has the request's name, and every request has a line. */
@QuarkusTest
@TestProfile(AccessLogTest.Logged.class)
class AccessLogTest {
    private static final Path DIGIT = Path.of("models/digits/samples/digit-3.png");
    private static final String MADE = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final String STAGES = "queue=\\S+ decode=\\S+ preprocess=\\S+ infer=\\S+ postprocess=\\d+\\.\\d{3}";

    private final Logger logger = Logger.getLogger("io.foldserve.access");
    private final Lines lines = new Lines();

    /** A line about each request. */
    public static final class Logged implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("foldserve.access-log", "true");
        }
    }

    private static final class Lines extends Handler {
        private final List<String> written = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            written.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void listen() throws InterruptedException {
        ReadyService.await();
        logger.addHandler(lines);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(lines);
    }

    private String line(String part) throws InterruptedException {
        for (int attempt = 0; attempt < 500; attempt++) {
            for (String line : lines.written) {
                if (line.contains(part)) {
                    return line;
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError("no line with " + part + " in " + lines.written);
    }

    @Test
    void aPredictionIsToldWithItsVariantAndStages() throws InterruptedException {
        given().header("X-Request-Id", "test-1")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .contentType("image/png")
                .body(DIGIT.toFile())
                .post("/v1/models/digits/predict?variant=doconv")
                .then()
                .statusCode(200)
                .header("Foldserve-Request-Id", equalTo("test-1"));

        assertThat(line("id=test-1"))
                .matches("id=test-1 trace=4bf92f3577b34da6a3ce929d0e0e4736 method=POST"
                        + " path=/v1/models/digits/predict status=200 outcome=ok ms=\\d+\\.\\d{3} model=digits"
                        + " variant=doconv " + STAGES);
    }

    @Test
    void aCallOfTheProtocolIsToldAlike() throws InterruptedException, IOException {
        byte[] image = new byte[12 * 1024];
        given().header("X-Request-Id", "test-2")
                .header("Inference-Header-Content-Length", "0")
                .body(image)
                .post("/v2/models/digits.baseline/infer")
                .then()
                .header("Foldserve-Request-Id", equalTo("test-2"));

        assertThat(line("id=test-2")).contains(" path=/v2/models/digits.baseline/infer ");
    }

    @Test
    void aCallByGrpcIsToldAlike() throws InterruptedException, IOException {
        byte[] file = Files.readAllBytes(DIGIT);
        ByteBuffer element = ByteBuffer.allocate(4 + file.length).order(ByteOrder.LITTLE_ENDIAN);
        element.putInt(file.length).put(file).flip();
        ManagedChannel channel = ManagedChannelBuilder.forAddress("localhost", RestAssured.port)
                .usePlaintext()
                .build();
        try {
            GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .modelInfer(ModelInferRequest.newBuilder()
                            .setModelName("digits.doconv")
                            .addInputs(InferInputTensor.newBuilder()
                                    .setName("image")
                                    .setDatatype("BYTES")
                                    .addShape(1))
                            .addRawInputContents(ByteString.copyFrom(element))
                            .build());
        } finally {
            channel.shutdownNow();
        }

        assertThat(line("ModelInfer"))
                .matches("id=" + MADE + " method=POST path=/inference.GRPCInferenceService/ModelInfer status=200"
                        + " grpc=0 outcome=ok ms=\\S+");
    }

    @Test
    void aRefusalHasANameAndALineToo() throws InterruptedException {
        given().header("X-Request-Id", "no good name")
                .get("/v1/models/nowhere?x=1")
                .then()
                .statusCode(400)
                .header("Foldserve-Request-Id", matchesPattern(MADE));

        assertThat(line("/v1/models/nowhere"))
                .contains(" status=400 outcome=refused ")
                .doesNotContain("no good");
    }
}
