package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The folded networks, downloaded. */
@QuarkusTest
class FoldedResourceTest {
    private static final int PIXELS = 32 * 32;

    @Inject
    FoldedResource resource;

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @Test
    void theDownloadedNetworkAnswersAsTheServedOneDoes() {
        Response file = given().get("/v1/models/digits/variants/doconv/onnx");
        Graph network = OnnxReader.read("download", ByteBuffer.wrap(file.asByteArray()));
        Tensor image = Tensor.ofFloats(Shape.of(1, 1, 32, 32), new float[PIXELS]);
        float[] own;
        try (ModelSession session = ModelSession.open(network, new SessionSettings(1, false, false))) {
            own = session.run(Map.of(network.inputs().get(0).name(), image))
                    .values()
                    .iterator()
                    .next()
                    .toFloats();
        }
        List<Float> served = given().contentType("application/json")
                .body("{\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1,1,32,32],\"data\":"
                        + Collections.nCopies(PIXELS, 0) + "}]}")
                .post("/v2/models/digits.doconv/infer")
                .jsonPath()
                .getList("outputs[0].data", Float.class);

        assertThat(file.header("Content-Disposition")).isEqualTo("attachment; filename=\"digits-doconv.onnx\"");
        assertThat(file.contentType()).isEqualTo("application/octet-stream");
        assertThat(served).hasSize(10);
        for (int i = 0; i < served.size(); i++) {
            assertThat(own[i]).isCloseTo(served.get(i), within(1e-4f));
        }
        assertThat(given().get("/v1/models/digits/variants/doconv/onnx").asByteArray())
                .isEqualTo(file.asByteArray());
    }

    @Test
    void theFifthDownloadAtATimeIsToldToWaitAndTheNextIsNot() throws Exception {
        CountDownLatch begun = new CountDownLatch(4);
        CountDownLatch read = new CountDownLatch(1);
        ExecutorService clients = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> downloads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                StreamingOutput file =
                        (StreamingOutput) resource.onnx("digits", "doconv").getEntity();
                downloads.add(clients.submit(() -> {
                    file.write(new SlowClient(begun, read));
                    return null;
                }));
            }
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

            given().get("/v1/models/digits/variants/doconv/onnx")
                    .then()
                    .statusCode(503)
                    .contentType("application/json")
                    .body("error", equalTo("4 networks are being downloaded; try again later"));
            read.countDown();
            for (Future<?> download : downloads) {
                download.get(20, TimeUnit.SECONDS);
            }
            given().get("/v1/models/digits/variants/doconv/onnx").then().statusCode(200);
        } finally {
            read.countDown();
            clients.shutdown();
        }
    }

    /** Takes nothing until it is let. */
    private static final class SlowClient extends OutputStream {
        private final CountDownLatch begun;
        private final CountDownLatch read;
        private boolean waits = true;

        SlowClient(CountDownLatch begun, CountDownLatch read) {
            this.begun = begun;
            this.read = read;
        }

        @Override
        public void write(int value) throws IOException {
            if (waits) {
                waits = false;
                begun.countDown();
                try {
                    read.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException("given up");
                }
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            write(0);
        }
    }

    @Test
    void whatIsNotThereIsNamed() {
        given().get("/v1/models/digits/variants/nobody/onnx")
                .then()
                .statusCode(404)
                .body("error", containsString("no variant 'nobody'"));
        given().get("/v1/models/nobody/variants/doconv/onnx").then().statusCode(404);
    }
}
