package io.foldserve.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls as no library of gRPC sends them are refused in gRPC's own words, and as the client's fault. */
@QuarkusTest
class DamagedCallsTest {
    private static final String INFER = "/inference.GRPCInferenceService/ModelInfer";
    private static final String LIVE = "/inference.GRPCInferenceService/ServerLive";
    private static final String HEALTH = "/grpc.health.v1.Health/Check";

    private static final String NO_MESSAGE = "has no message of its method's type";

    private static final int INVALID_ARGUMENT = 3;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;

    private static final int LIMIT = 10_485_760;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    /** The connection becomes one of HTTP/2. */
    @BeforeEach
    void connect() throws IOException, InterruptedException {
        HttpRequest live = HttpRequest.newBuilder(uri("/q/health/live")).build();
        assertThat(client.send(live, BodyHandlers.discarding()).version()).isEqualTo(HttpClient.Version.HTTP_2);
    }

    @ParameterizedTest
    @ValueSource(strings = {INFER, LIVE, HEALTH})
    void aMessageThatIsMissingCutOffOrNoProtobufIsTheClientsFault(String method)
            throws IOException, InterruptedException {
        byte[] junk = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
        assertRefused(call(method, new byte[0]), INVALID_ARGUMENT, NO_MESSAGE);
        assertRefused(call(method, new byte[] {0, 0}), INVALID_ARGUMENT, NO_MESSAGE);
        assertRefused(call(method, Arrays.copyOf(frame(0, junk), 10)), INVALID_ARGUMENT, NO_MESSAGE);
        assertRefused(call(method, frame(0, junk)), INVALID_ARGUMENT, NO_MESSAGE);
    }

    @Test
    void aSecondMessageIsTheClientsFault() throws IOException, InterruptedException {
        assertRefused(call(LIVE, new byte[10]), INVALID_ARGUMENT, "has more than one message, expected one");
    }

    @ParameterizedTest
    @ValueSource(strings = {INFER, LIVE})
    void aMessageThatIsMarkedAsCompressedAndIsNotIsTheClientsFault(String method)
            throws IOException, InterruptedException {
        byte[] text = {'t', 'e', 'x', 't'};
        assertRefused(call(method, frame(1, text)), INVALID_ARGUMENT, "no message");
        assertRefused(call(method, frame(1, text), "grpc-encoding", "identity"), INVALID_ARGUMENT, "no message");
        assertRefused(call(method, frame(1, text), "grpc-encoding", "gzip"), INVALID_ARGUMENT, "no message");
        byte[] whole = gzip(1000);
        assertRefused(
                call(method, frame(1, Arrays.copyOf(whole, whole.length - 9)), "grpc-encoding", "gzip"),
                INVALID_ARGUMENT,
                "no message");
    }

    @Test
    void aCompressionThatIsUnknownIsNotImplemented() throws IOException, InterruptedException {
        HttpResponse<Void> answer = call(LIVE, frame(1, new byte[] {1}), "grpc-encoding", "br");
        assertRefused(answer, UNIMPLEMENTED, "expected grpc-encoding identity or gzip");
        assertThat(answer.headers().firstValue("grpc-accept-encoding")).contains("identity,gzip");
    }

    /** The framework would inflate it without a limit. */
    @ParameterizedTest
    @ValueSource(strings = {HEALTH, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"})
    void whatTheFrameworkAnswersIsNotCompressed(String method) throws IOException, InterruptedException {
        HttpResponse<Void> answer = call(method, frame(1, gzip(50_000_000)), "grpc-encoding", "gzip");
        assertRefused(answer, UNIMPLEMENTED, "expected grpc-encoding identity");
        assertThat(answer.headers().firstValue("grpc-accept-encoding")).contains("identity");
    }

    @Test
    void aCompressedMessageIsRead() throws IOException, InterruptedException {
        assertThat(call(LIVE, frame(1, gzip(0)), "grpc-encoding", "gzip")
                        .headers()
                        .firstValue("grpc-status"))
                .as("which stands in the trailers, for the call is answered")
                .isEmpty();
    }

    @Test
    void aMessageBeyondTheLimitIsToldSo() throws IOException, InterruptedException {
        String reason = "the message is larger than the limit of 10485760 bytes";
        assertRefused(call(INFER, Arrays.copyOf(head(0, LIMIT + 1), 8)), RESOURCE_EXHAUSTED, reason);
        assertRefused(call(INFER, Arrays.copyOf(head(0, -1), 8)), RESOURCE_EXHAUSTED, reason);
        assertRefused(call(INFER, frame(0, new byte[LIMIT + 100])), RESOURCE_EXHAUSTED, reason);
    }

    @Test
    void aMessageThatBecomesTooLargeIsNotReadOn() throws IOException, InterruptedException {
        assertRefused(
                call(INFER, frame(1, gzip(50_000_000)), "grpc-encoding", "gzip"),
                RESOURCE_EXHAUSTED,
                "the message is larger than the limit of 10485760 bytes once decompressed");
    }

    @Test
    void aBinaryHeaderThatIsNoneIsTheClientsFault() throws IOException, InterruptedException {
        assertRefused(call(LIVE, new byte[5], "trace-bin", "!!"), INVALID_ARGUMENT, "ends in -bin is not base64");
        assertThat(call(LIVE, new byte[5], "trace-bin", "AAEC,AA").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/grpc.health.v1.Health/Nope",
                "/grpc.reflection.v1.ServerReflection/Nope",
                "/inference.GRPCInferenceService/Nope",
                "/Nope"
            })
    void aMethodThatNobodyHasIsNotImplemented(String method) throws IOException, InterruptedException {
        assertRefused(call(method, new byte[5]), UNIMPLEMENTED, "there is no such method");
    }

    private static void assertRefused(HttpResponse<Void> answer, int status, String reason) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/grpc");
        assertThat(answer.headers().firstValue("foldserve-request-id")).isPresent();
        assertThat(answer.headers().firstValue("grpc-status")).contains(String.valueOf(status));
        String message = answer.headers().firstValue("grpc-message").orElse("");
        assertThat(URLDecoder.decode(message, StandardCharsets.UTF_8)).contains(reason);
    }

    private HttpResponse<Void> call(String method, byte[] frames, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(method))
                .header("Content-Type", "application/grpc")
                // Of no declared length, as libraries send it.
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(frames)));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.discarding());
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + RestAssured.port + path);
    }

    private static byte[] frame(int compressed, byte[] message) {
        byte[] frame = Arrays.copyOf(head(compressed, message.length), 5 + message.length);
        System.arraycopy(message, 0, frame, 5, message.length);
        return frame;
    }

    private static byte[] head(int compressed, int length) {
        return ByteBuffer.allocate(5).put((byte) compressed).putInt(length).array();
    }

    /** So many zeros, as a member that no message has, compressed. */
    private static byte[] gzip(int zeros) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream message = new GZIPOutputStream(compressed)) {
            if (zeros > 0) {
                message.write(0xFA);
                message.write(0x07);
                for (int rest = zeros; rest > 0; rest >>>= 7) {
                    message.write(rest < 128 ? rest : (rest & 127) | 128);
                }
                message.write(new byte[zeros]);
            }
        }
        return compressed.toByteArray();
    }
}
