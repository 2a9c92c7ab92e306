package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Calls of gRPC to the packaged service whose message does not come to an end. */
class SlowCallsIT {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    @Test
    void aMessageThatDoesNotArriveInTimeIsRefusedAndItsConnectionGoesOn() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready("foldserve.request.deadline=500ms");
                PipedOutputStream sender = new PipedOutputStream();
                PipedInputStream body = new PipedInputStream(sender)) {
            assertThat(live(service)).isEqualTo(200);
            sender.write(new byte[] {0, 0, 0});
            sender.flush();

            HttpResponse<Void> answer = call(service, body);

            assertThat(answer.headers().firstValue("grpc-status")).contains("4");
            assertThat(answer.headers().firstValue("grpc-message"))
                    .contains("the message did not arrive within 500 ms");
            assertThat(live(service)).isEqualTo(200);
            assertThat(service.log()).doesNotContain("Exception");
        }
    }

    private HttpResponse<Void> call(ServiceProcess service, PipedInputStream body)
            throws IOException, InterruptedException {
        URI infer = uri(service, "/inference.GRPCInferenceService/ModelInfer");
        HttpRequest request = HttpRequest.newBuilder(infer)
                .header("Content-Type", "application/grpc")
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofInputStream(() -> body))
                .build();
        return client.send(request, BodyHandlers.discarding());
    }

    private int live(ServiceProcess service) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri(service, "/q/health/live")).build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static URI uri(ServiceProcess service, String path) {
        return URI.create("http://localhost:" + service.port() + path);
    }
}
