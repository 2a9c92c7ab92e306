package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.benchmark.DrainLoad;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** SIGTERM to the packaged service. */
class ShutdownIT {
    private static final int SIGTERM_EXIT = 143;
    private static final int CLIENTS = 8;

    /** Types of frames, RFC 9113 section 6. */
    private static final int HEADERS = 1;

    private static final int GOAWAY = 7;

    /** RFC 9113 section 3.4, and a SETTINGS frame without settings. */
    private static final byte[] HTTP2_PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII);

    @Test
    void acceptedRequestsAreAnsweredBeforeTheProcessEnds() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(
                "foldserve.threads.processors=1",
                "foldserve.parity.at-load=0s",
                // None is refused for the wait that a busy machine makes of 60.
                "foldserve.request.deadline=60s",
                "quarkus.shutdown.delay=2S")) {
            List<CompletableFuture<HttpResponse<String>>> answers =
                    new ArrayList<>(service.predictAtOnce(60, "digit-scenes", ServiceProcess.SCENE));
            answers.get(0).join();

            service.terminate();
            service.awaitStatus("/q/health/ready", 503);
            answers.addAll(service.predictAtOnce(4, "digits", ServiceProcess.DIGIT));

            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.join().statusCode()).isEqualTo(200);
            }
            assertThat(service.exitCode(Duration.ofSeconds(35))).isEqualTo(SIGTERM_EXIT);
            assertThat(service.log()).doesNotContain("ERROR", "WARN", "Exception");
        }
    }

    @Test
    void aKeptConnectionIsToldToEndAndNoRequestOnItIsLost() throws IOException, InterruptedException {
        try (ServiceProcess service =
                ServiceProcess.ready("foldserve.parity.at-load=0s", "quarkus.shutdown.delay=2S")) {
            assertThat(isLast(service.predict("digits", ServiceProcess.DIGIT).join()))
                    .as("before")
                    .isFalse();
            List<CompletableFuture<Integer>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(CompletableFuture.supplyAsync(
                        () -> predictUntilTold(service), task -> new Thread(task).start()));
            }

            service.terminate();

            for (CompletableFuture<Integer> client : clients) {
                assertThat(client.join()).as("requests answered").isPositive();
            }
            assertThat(service.exitCode(Duration.ofSeconds(35))).isEqualTo(SIGTERM_EXIT);
        }
    }

    @Test
    void whateverAConnectionBringsIsAnsweredUntilNothingListens() throws IOException, InterruptedException {
        try (ServiceProcess service =
                ServiceProcess.ready("foldserve.parity.at-load=0s", "quarkus.shutdown.delay=2S")) {
            DrainLoad load = DrainLoad.start(service.port(), CLIENTS);
            service.awaitStatus("/q/health/ready", 200);

            service.terminate();

            assertThat(load.join().keySet()).isSubsetOf("200", "429");
            assertThat(service.exitCode(Duration.ofSeconds(35))).isEqualTo(SIGTERM_EXIT);
        }
    }

    /** How many requests were answered, the last of them on a connection that ends. */
    private static int predictUntilTold(ServiceProcess service) {
        try {
            int answered = 0;
            while (true) {
                HttpResponse<String> answer =
                        service.predict("digits", ServiceProcess.DIGIT).join();
                assertThat(answer.statusCode()).isEqualTo(200);
                answered++;
                if (isLast(answer)) {
                    return answered;
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean isLast(HttpResponse<String> answer) {
        return answer.headers().firstValue("Connection").filter("close"::equals).isPresent();
    }

    @Test
    void aConnectionOfHttp2IsToldToGoAway() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready("foldserve.parity.at-load=0s", "quarkus.shutdown.delay=2S");
                Socket socket = service.connect()) {
            DataInputStream answers = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(HTTP2_PREFACE);
            socket.getOutputStream().write(getOverHttp2(1));
            assertThat(frameTypesUntil(answers, HEADERS)).as("before").doesNotContain(GOAWAY);

            service.terminate();
            service.awaitStatus("/q/health/ready", 503);
            socket.getOutputStream().write(getOverHttp2(3));

            assertThat(frameTypesUntil(answers, GOAWAY)).endsWith(GOAWAY);
            // Not only because the server closes.
            assertThat(service.status("/q/health/ready")).isEqualTo(503);
        }
    }

    /** A HEADERS frame that ends its stream: GET of /q/health/live, by the static table of RFC 7541. */
    private static byte[] getOverHttp2(int stream) {
        byte[] path = "/q/health/live".getBytes(StandardCharsets.US_ASCII);
        int length = 4 + path.length + 3;
        return ByteBuffer.allocate(9 + length)
                .put(new byte[] {0, 0, (byte) length, HEADERS, 5})
                .putInt(stream)
                // :method GET, :scheme http, :path literal, :authority x.
                .put(new byte[] {(byte) 0x82, (byte) 0x86, 4, (byte) path.length})
                .put(path)
                .put(new byte[] {1, 1, 'x'})
                .array();
    }

    /** The types of the frames that arrive, up to the first of {@code type}. */
    private static List<Integer> frameTypesUntil(DataInputStream answers, int type) throws IOException {
        List<Integer> types = new ArrayList<>();
        while (!types.contains(type)) {
            int length = answers.readUnsignedShort() << 8 | answers.readUnsignedByte();
            types.add(answers.readUnsignedByte());
            answers.skipNBytes(length + 5L);
        }
        return types;
    }

    @Test
    void theProcessEndsPromptlyWhileModelsAreLoading() throws IOException, InterruptedException {
        try (ServiceProcess service =
                ServiceProcess.start("foldserve.parity.at-load=5s", "quarkus.shutdown.delay=100MS")) {
            assertThat(service.predict("digits", ServiceProcess.DIGIT).join().statusCode())
                    .as("before the model is ready")
                    .isIn(404, 503);

            service.terminate();

            assertThat(service.exitCode(Duration.ofSeconds(30))).isEqualTo(SIGTERM_EXIT);
        }
    }
}
