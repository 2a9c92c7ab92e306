package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of gRPC to the packaged service whose message does not come to an end. */
class SlowCallsIT {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aCallThatDoesNotComeToAnEndInTimeIsRefused() throws Exception {
        try (ServiceProcess service = ServiceProcess.ready("foldserve.request.deadline=500ms")) {
            String infer = "/inference.GRPCInferenceService/ModelInfer";
            String reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
            byte[] damaged = {0, 0, 0, 0, 2, -1, -1};

            assertRefused(call(service, infer, new byte[3]), "the message did not arrive within 500 ms");
            assertRefused(call(service, reflection, new byte[0]), "the conversation did not end within 500 ms");
            assertRefused(call(service, reflection, damaged), "the conversation did not end within 500 ms");
            assertThat(service.log()).doesNotContain("Exception");
        }
    }

    private static void assertRefused(HttpClientResponse answer, String reason) {
        assertThat(answer.getHeader("grpc-status")).isEqualTo("4");
        assertThat(answer.getHeader("grpc-message")).isEqualTo(reason);
    }

    /** What is answered to a call that begins with {@code bytes} and has no end. */
    private HttpClientResponse call(ServiceProcess service, String method, byte[] bytes) throws Exception {
        return client.request(HttpMethod.POST, service.port(), "localhost", method)
                .compose(call -> begin(call, bytes))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private static Future<HttpClientResponse> begin(HttpClientRequest call, byte[] bytes) {
        call.putHeader("content-type", "application/grpc").setChunked(true);
        Future<HttpClientResponse> answer = call.response();
        return call.write(Buffer.buffer(bytes)).compose(sent -> answer);
    }
}
