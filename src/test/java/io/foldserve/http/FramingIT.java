package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where requests end, before the packaged service: what a proxy could read otherwise is refused with a reason. */
class FramingIT {
    private static final String NEXT = "GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private static ServiceProcess service;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        service = ServiceProcess.ready("foldserve.parity.at-load=0s", "foldserve.fold.timing=false");
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
    }

    private static String exchange(String request) throws IOException {
        try (Socket socket = service.connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void aLengthBesideATransferEncodingIsRefusedAndNothingBehindItIsRead() throws IOException {
        for (String lengths : List.of(
                "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5")) {
            String answers = exchange(
                    "POST /v1/models/digits/predict HTTP/1.1\r\nHost: x\r\n" + lengths + "\r\n\r\n0\r\n\r\n" + NEXT);

            assertThat(answers)
                    .startsWith("HTTP/1.1 400")
                    .containsIgnoringCase("connection: close")
                    .containsIgnoringCase("foldserve-request-id: ")
                    .endsWith("{\"error\":\"the request has a Content-Length beside a Transfer-Encoding,"
                            + " expected one of them\"}")
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void theSameOnAConnectionThatServedBeforeIsRefused() throws IOException {
        String answers = exchange("GET /q/health/live HTTP/1.1\r\nHost: x\r\n\r\n"
                + "POST /v1/models/digits/predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT);

        assertThat(answers).startsWith("HTTP/1.1 200").contains("HTTP/1.1 400").endsWith("expected one of them\"}");
    }

    @Test
    void requestsThatArriveByteByByteAndOneAfterTheOtherAreAnswered() throws IOException {
        try (Socket socket = service.connect()) {
            for (byte single :
                    ("GET /q/health/live HTTP/1.1\r\nHost: x\r\n\r\n" + NEXT).getBytes(StandardCharsets.ISO_8859_1)) {
                socket.getOutputStream().write(single);
                socket.getOutputStream().flush();
            }
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answers).startsWith("HTTP/1.1 200").contains("\"digits\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /%zz HTTP/1.1, 400",
        "GET /v1/models/%zz HTTP/1.1, 400",
        "GET // HTTP/1.1, 400",
        "GET /none HTTP/1.1, 404",
        "GET * HTTP/1.1, 404",
        "GET /v1/models HTTP/9.9, 400",
        "GET HTTP/1.1, 400",
        "BREW /v1/models HTTP/1.1, 405"
    })
    void everyRefusalOfARequestLineIsJson(String line, int status) throws IOException {
        String answer = exchange(line + "\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("\r\n\r\n{\"error\":\"");
    }

    @Test
    void aRefusalOfAHeadRequestHasNoBody() throws IOException {
        String answers = exchange("HEAD /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answers).startsWith("HTTP/1.1 400").doesNotContain("{\"error\"");
    }

    @Test
    void headsBeyondWhatIsDecodedAreRefusedWithJson() throws IOException {
        assertThat(exchange("GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 414")
                .contains("{\"error\":\"");
        assertThat(exchange("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(70_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("{\"error\":\"");
    }

    @Test
    void refusedUploadsHarmNoOtherStreamOfTheirConnection() throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        URI root = URI.create("http://127.0.0.1:" + service.port());
        HttpRequest live =
                HttpRequest.newBuilder(root.resolve("/q/health/live")).build();
        assertThat(client.send(live, BodyHandlers.discarding()).version()).isEqualTo(HttpClient.Version.HTTP_2);
        HttpRequest upload = HttpRequest.newBuilder(root.resolve("/v1/models/none/predict"))
                .POST(BodyPublishers.ofByteArray(new byte[2_000_000]))
                .build();
        HttpRequest predict = HttpRequest.newBuilder(root.resolve("/v1/models/digits/predict"))
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofFile(ServiceProcess.DIGIT))
                .build();
        List<CompletableFuture<HttpResponse<Void>>> uploads = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            if (i % 5 == 0) {
                uploads.add(client.sendAsync(upload, BodyHandlers.discarding()));
            }
            assertThat(client.send(live, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(200);
        }
        assertThat(uploads.get(0).join().statusCode()).isEqualTo(404);
        // Beyond the time that refused uploads have to end by themselves.
        Thread.sleep(6_000);
        assertThat(client.send(predict, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
        assertThat(client.send(live, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }
}
