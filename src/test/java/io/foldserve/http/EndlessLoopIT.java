package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.load.LoadedModels;
import io.foldserve.session.EndlessLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service before models of networks that never end. */
class EndlessLoopIT {
    private static final int HOSTILE = 40;
    private static final Duration SECONDS = Duration.ofSeconds(30);

    @Test
    void aGoodModelServesWithinSecondsAndTheProcessEndsWithinSeconds(@TempDir Path models)
            throws IOException, InterruptedException {
        for (int i = 0; i < HOSTILE; i++) {
            EndlessLoop.model(models, "endless-" + i);
        }
        LoadedModels.copy("digits", models, "good");
        long start = System.nanoTime();
        try (ServiceProcess service =
                ServiceProcess.start("foldserve.models=" + models, "quarkus.shutdown.delay=100MS")) {
            service.awaitStatus("/v1/models/good", 200);
            while (service.predict("good", ServiceProcess.DIGIT).join().statusCode() != 200) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SECONDS);
                Thread.sleep(20);
            }
            // One of the others is being loaded by now, and would be for ever.
            Thread.sleep(1000);
            assertThat(service.get("/q/health/ready").statusCode()).isEqualTo(503);

            service.terminate();

            assertThat(service.exitCode(Duration.ofSeconds(10))).isEqualTo(143);
        }
    }
}
