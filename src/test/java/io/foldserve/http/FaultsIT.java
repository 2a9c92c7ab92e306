package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.load.LoadedModels;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What befalls the process from outside ends in a clear error or in nothing, and the next request is answered. */
class FaultsIT {
    private static final String[] QUICK = {
        "foldserve.parity.at-load=0s", "foldserve.fold.timing=false", "quarkus.shutdown.delay=0S"
    };
    private static final int SIGTERM_EXIT = 128 + 15;

    private static ServiceProcess ready(Path models) throws IOException, InterruptedException {
        return ServiceProcess.ready(QUICK[0], QUICK[1], QUICK[2], "foldserve.models=" + models);
    }

    private static int predict(ServiceProcess service) throws IOException {
        return service.predict("digits", ServiceProcess.DIGIT).join().statusCode();
    }

    @Test
    void aServiceThatWasKilledWhileItLoadedIsStartedAgainAndSaysWhatItServes(@TempDir Path models)
            throws IOException, InterruptedException {
        LoadedModels.copy("digits", models, "digits");
        LoadedModels.edit(LoadedModels.copy("digits", models, "broken"), "task: classification", "task: guessing");
        try (ServiceProcess first = ServiceProcess.start(QUICK[0], QUICK[1], "foldserve.models=" + models)) {
            first.signal("KILL");
            first.exitCode(Duration.ofSeconds(10));
        }
        try (ServiceProcess second = ready(models)) {
            assertThat(predict(second)).isEqualTo(200);
            second.awaitLog("serving digits (doconv, baseline) at http://127.0.0.1:" + second.port() + "/v1/models;"
                    + " model broken failed to load: task: expected one of classification, segmentation");
            assertThat(second.log()).contains("digits/doconv: loading " + models.resolve("digits"));
        }
    }

    /** Before the framework runs, while it starts, and while it reads and folds. */
    @ParameterizedTest
    @ValueSource(ints = {100, 600, 1_100, 1_600, 2_100, 2_600, 3_100})
    void aServiceThatIsToldToEndBeforeItServesDoesSoWithoutAComplaint(int millis)
            throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.launched("quarkus.shutdown.delay=1S")) {
            Thread.sleep(millis);
            service.terminate();

            assertThat(service.exitCode(Duration.ofSeconds(30))).isEqualTo(SIGTERM_EXIT);
            assertThat(service.log()).doesNotContain("ERROR", "WARN", "Exception");
        }
    }

    @Test
    void aServiceThatIsHaltedAnswersOnceItGoesOn(@TempDir Path models) throws IOException, InterruptedException {
        LoadedModels.copy("digits", models, "digits");
        try (ServiceProcess service = ready(models)) {
            service.signal("STOP");
            CompletableFuture<HttpResponse<String>> answer = service.predict("digits", ServiceProcess.DIGIT);
            Thread.sleep(1500);
            assertThat(answer).isNotDone();
            service.signal("CONT");

            assertThat(answer.join().statusCode()).isEqualTo(200);
            assertThat(predict(service)).isEqualTo(200);
        }
    }

    @Test
    void aServiceEndsPromptlyWhileAModelIsLoadedAnew(@TempDir Path models) throws IOException, InterruptedException {
        Path folder = LoadedModels.copy("digits", models, "digits");
        try (ServiceProcess service = ready(models);
                Socket client = service.connect()) {
            Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
            client.getOutputStream()
                    .write("POST /v2/repository/models/digits/load HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            service.awaitLog("digits/doconv: loading", 2);
            service.terminate();

            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer.substring(0, Math.min(12, answer.length()))).isIn("", "HTTP/1.1 200", "HTTP/1.1 503");
            assertThat(service.exitCode(Duration.ofSeconds(40))).isEqualTo(SIGTERM_EXIT);
            assertThat(service.log()).doesNotContain("Exception");
        }
    }

    @Test
    void jsonLogsAndLinesAboutRequestsAreOnePropertyEach(@TempDir Path models)
            throws IOException, InterruptedException {
        LoadedModels.copy("digits", models, "digits");
        try (ServiceProcess service = ServiceProcess.ready(
                QUICK[0],
                QUICK[1],
                "foldserve.models=" + models,
                "foldserve.access-log=true",
                "quarkus.log.console.json.enabled=true")) {
            assertThat(predict(service)).isEqualTo(200);
            service.awaitLog("path=/v1/models/digits/predict status=200 outcome=ok");
            assertThat(service.log().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        }
    }
}
