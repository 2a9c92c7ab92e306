package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc;
import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing that a client makes up becomes a series, of whichever library on the request's path. */
@QuarkusTest
class MadeUpNamesTest {
    private static final int NAMES = 1_000;
    private static final Pattern SERIES = Pattern.compile("(?m)^([a-z]\\w*(?:\\{.*})?) \\S+$");
    private static final String PREDICT = "/v1/models/digits/predict";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @Test
    void methods() throws IOException, InterruptedException {
        expectFewSeries(i -> request("/v1/models").method("INVENTED" + i, BodyPublishers.noBody()));
    }

    @Test
    void methodsOfAPrediction() throws IOException, InterruptedException {
        expectFewSeries(i -> request(PREDICT).method("INVENTED" + i, BodyPublishers.noBody()));
    }

    @Test
    void paths() throws IOException, InterruptedException {
        expectFewSeries(i -> request("/invented/" + i + "/path"));
    }

    @Test
    void models() throws IOException, InterruptedException {
        expectFewSeries(i -> post("/v1/models/invented" + i + "/predict"));
    }

    @Test
    void variants() throws IOException, InterruptedException {
        expectFewSeries(i -> post(PREDICT + "?variant=invented" + i));
        expectFewSeries(i -> request("/v1/models/digits/variants/invented" + i + "/fold"));
    }

    @Test
    void namesOfTheOpenInferenceProtocol() throws IOException, InterruptedException {
        expectFewSeries(i -> infer("/v2/models/invented" + i + "/infer"));
        expectFewSeries(i -> infer("/v2/models/digits.invented" + i + "/infer"));
        expectFewSeries(i -> infer("/v2/models/digits/versions/invented" + i + "/infer"));
        expectFewSeries(i -> request("/v2/models/invented" + i + "/stats"));
    }

    @Test
    void namesOverGrpc() throws IOException, InterruptedException {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("localhost", RestAssured.port)
                .usePlaintext()
                .build();
        try {
            GRPCInferenceServiceBlockingStub inference = GRPCInferenceServiceGrpc.newBlockingStub(channel);
            expectFewSeriesOf(i -> assertThatThrownBy(() -> inference.modelInfer(ModelInferRequest.newBuilder()
                            .setModelName("invented" + i)
                            .setModelVersion("invented" + i)
                            .setId("invented" + i)
                            .build()))
                    .isInstanceOf(StatusRuntimeException.class));
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void idsOfFeedback() throws IOException, InterruptedException {
        expectFewSeries(i -> request("/v1/models/digits/feedback")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"id\": \"invented%d\", \"label\": \"3\"}".formatted(i))));
    }

    @Test
    void queryParameters() throws IOException, InterruptedException {
        expectFewSeries(i -> post(PREDICT + "?invented" + i + "=1&topK=abc" + i));
    }

    @Test
    void headers() throws IOException, InterruptedException {
        expectFewSeries(i -> post(PREDICT)
                .header("Invented-" + i, "x")
                .header("User-Agent", "invented" + i)
                .header("X-Forwarded-For", "10.0.0." + i)
                .header("traceparent", "00-%032x-%016x-01".formatted(i + 1, i + 1)));
    }

    @Test
    void contentTypes() throws IOException, InterruptedException {
        expectFewSeries(
                i -> request(PREDICT).header("Content-Type", "invented/" + i).POST(BodyPublishers.ofString("x")));
    }

    @Test
    void formFields() throws IOException, InterruptedException {
        expectFewSeries(i -> request(PREDICT)
                .header("Content-Type", "multipart/form-data; boundary=b" + i)
                .POST(BodyPublishers.ofString(
                        "--b%d\r\nContent-Disposition: form-data; name=\"invented%d\"\r\n\r\nx\r\n--b%d--\r\n"
                                .formatted(i, i, i))));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + path));
    }

    private static HttpRequest.Builder post(String path) {
        return request(path).header("Content-Type", "image/png").POST(BodyPublishers.ofString("x"));
    }

    private static HttpRequest.Builder infer(String path) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"id\": \"x\", \"inputs\": []}"));
    }

    /** What sends one request of a kind. */
    private interface Attempt {
        void send(int number) throws IOException, InterruptedException;
    }

    private void expectFewSeries(IntFunction<HttpRequest.Builder> kind) throws IOException, InterruptedException {
        expectFewSeriesOf(i -> send(kind.apply(i)));
    }

    /** The first request of a kind may bring the kind's own series; the others bring none. */
    private static void expectFewSeriesOf(Attempt kind) throws IOException, InterruptedException {
        for (int i = 0; i < 10; i++) {
            kind.send(i);
        }
        Set<String> before = series();
        for (int i = 10; i < 10 + NAMES; i++) {
            kind.send(i);
        }
        Set<String> added = new TreeSet<>(series());
        added.removeAll(before);
        assertThat(added).hasSizeLessThan(20).noneMatch(series -> series.toLowerCase(Locale.ROOT)
                .contains("invented"));
    }

    private void send(HttpRequest.Builder request) throws IOException, InterruptedException {
        assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode())
                .isBetween(200, 499);
    }

    private static Set<String> series() {
        return SERIES.matcher(given().get("/q/metrics").asString())
                .results()
                .map(sample -> sample.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
