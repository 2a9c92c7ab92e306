package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** SIGTERM to the packaged service. */
class ShutdownIT {
    private static final int SIGTERM_EXIT = 143;

    @Test
    void acceptedRequestsAreAnsweredBeforeTheProcessEnds() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(
                "foldserve.threads.processors=1", "foldserve.parity.at-load=0s", "quarkus.shutdown.delay=2S")) {
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
