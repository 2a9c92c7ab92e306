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
    void aMessageThatDoesNotArriveInTimeIsRefused() throws Exception {
        try (ServiceProcess service = ServiceProcess.ready("foldserve.request.deadline=500ms")) {
            HttpClientResponse answer = client.request(
                            HttpMethod.POST, service.port(), "localhost", "/inference.GRPCInferenceService/ModelInfer")
                    .compose(SlowCallsIT::begin)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);

            assertThat(answer.getHeader("grpc-status")).isEqualTo("4");
            assertThat(answer.getHeader("grpc-message")).isEqualTo("the message did not arrive within 500 ms");
            assertThat(service.log()).doesNotContain("Exception");
        }
    }

    // Three bytes of the head of a message, and no end.
    private static Future<HttpClientResponse> begin(HttpClientRequest call) {
        call.putHeader("content-type", "application/grpc").setChunked(true);
        Future<HttpClientResponse> answer = call.response();
        return call.write(Buffer.buffer(new byte[3])).compose(sent -> answer);
    }
}
