package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.load.LoadedModels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models are loaded anew while the packaged service is under load. */
class ReloadIT {
    private static final int SIGTERM_EXIT = 143;
    private static final String[] QUICK = {"foldserve.parity.at-load=0s", "foldserve.fold.timing=false"};

    @Test
    void noRequestFailsWhileBothModelsAreLoadedAnew(@TempDir Path directory) throws IOException, InterruptedException {
        ReloadUnderLoad.copyModels(directory);
        try (ServiceProcess service = ServiceProcess.ready("foldserve.models=" + directory, QUICK[0], QUICK[1])) {
            ReloadUnderLoad.Outcome outcome = ReloadUnderLoad.run(service.uri("/"), directory, 2, 20);

            assertThat(outcome.failures()).isEmpty();
            assertThat(outcome.answered()).isGreaterThan(100);
            assertThat(service.log().split("digits/doconv: ready")).hasSize(1 + 1 + 10);
            assertThat(service.log()).doesNotContain("ERROR", "WARN", "Exception");

            service.terminate();
            assertThat(service.exitCode(Duration.ofSeconds(40))).isEqualTo(SIGTERM_EXIT);
        }
    }

    @Test
    void aWatchedFolderThatAppearsIsServed(@TempDir Path directory) throws IOException, InterruptedException {
        ReloadUnderLoad.copyModels(directory);
        try (ServiceProcess service = ServiceProcess.ready(
                "foldserve.models=" + directory, "foldserve.models.watch=200ms", QUICK[0], QUICK[1])) {
            LoadedModels.copy("digits", directory, "late");
            service.awaitStatus("/v1/models/late/variants/doconv/fold", 200);
        }
    }
}
