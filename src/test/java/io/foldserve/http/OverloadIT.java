package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than the packaged service can do, and clients that do not behave. */
class OverloadIT {
    private static final String[] ONE_CORE = {"foldserve.threads.processors=1", "foldserve.parity.at-load=0s"};
    private static final String STAGES = "foldserve_stage_duration_seconds_count";
    private static final String REJECTED = "foldserve_requests_rejected_total";

    @Test
    void whatWouldWaitTooLongIsRefusedAtOnceAndToldWhenToComeBack() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(with("foldserve.queue.max-wait=60ms"))) {
            Map<Integer, List<HttpResponse<String>>> answers =
                    byStatus(service.predictAtOnce(60, "digit-scenes", ServiceProcess.SCENE));

            assertThat(answers).containsOnlyKeys(200, 429);
            assertThat(answered(answers, 200)).hasSizeGreaterThanOrEqualTo(2);
            assertThat(answered(answers, 429)).isNotEmpty().allSatisfy(refusal -> {
                assertThat(refusal.headers().firstValueAsLong("Retry-After").orElse(0))
                        .isPositive();
                assertThat(refusal.body()).startsWith("{\"error\":\"too many requests to model digit-scenes");
            });
            assertThat(service.metric(REJECTED, "outcome=\"overloaded\""))
                    .isEqualTo(answered(answers, 429).size());
            assertThat(service.predict("digits", ServiceProcess.DIGIT).join().statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anOverloadedModelRefusesNoneOfAnothersTraffic() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(with("foldserve.queue.max-wait=60ms"))) {
            service.predict("digit-scenes", ServiceProcess.SCENE).join();
            List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                flood.addAll(service.predictAtOnce(10, "digit-scenes", ServiceProcess.SCENE));
                assertThat(service.predict("digits", ServiceProcess.DIGIT)
                                .join()
                                .statusCode())
                        .isEqualTo(200);
            }

            assertThat(byStatus(flood)).containsOnlyKeys(200, 429);
            assertThat(service.metric(REJECTED, "model=\"digits\"")).isZero();
        }
    }

    @Test
    void aRequestPastItsDeadlineIsNotRun() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(with("foldserve.request.deadline=100ms"))) {
            int count = 200;
            Map<Integer, List<HttpResponse<String>>> answers =
                    byStatus(service.predictAtOnce(count, "digit-scenes", ServiceProcess.SCENE));

            // 408: on a crowded machine even a body may arrive too late. 429: most are not even accepted.
            assertThat(answers.keySet()).isSubsetOf(200, 408, 429, 504).containsAnyOf(429, 504);
            assertThat(answered(answers, 504))
                    .allSatisfy(late -> assertThat(late.body()).startsWith("{\"error\":"));
            assertThat(service.metric(REJECTED, "outcome=\"deadline\""))
                    .isEqualTo(answered(answers, 504).size());
            assertThat(service.metric(STAGES, "stage=\"infer\"")).isLessThan(count);
            assertThat(service.metric(STAGES, "stage=\"queue\"")).isLessThan(count);
        }
    }

    @Test
    void aRequestWhoseClientWentAwayIsNotRun(@TempDir Path directory) throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(with("foldserve.request.deadline=600s"))) {
            int before = 6;
            int count = 50;
            byte[] scene = Files.readAllBytes(ServiceProcess.SCENE);
            // The only worker is busy with pictures that take seconds to decode while clients come and go behind them.
            List<CompletableFuture<HttpResponse<String>>> busy =
                    service.predictAtOnce(before, "digit-scenes", largePicture(directory));
            service.awaitMetric("foldserve_queue_depth", before - 1);
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                clients.add(service.upload("digit-scenes", scene.length, scene));
            }
            for (Socket client : clients) {
                client.close();
            }

            assertThat(answers(busy))
                    .allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
            double cancelled = 0;
            for (int attempt = 0; attempt < 3000 && cancelled < count; attempt++) {
                cancelled = service.metric(REJECTED, "outcome=\"cancelled\"");
                Thread.sleep(10);
            }
            assertThat(cancelled).isEqualTo(count);
            assertThat(service.metric(STAGES, "stage=\"infer\"")).isEqualTo(before);
        }
    }

    private static Path largePicture(Path directory) throws IOException {
        Path file = directory.resolve("large.png");
        ImageIO.write(new BufferedImage(5000, 4900, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        return file;
    }

    @Test
    void bodiesHoldNoMoreMemoryThanIsSet() throws IOException, InterruptedException {
        try (ServiceProcess service =
                ServiceProcess.ready(with("foldserve.queue.max-bytes=6M", "foldserve.request.deadline=120s"))) {
            List<Socket> uploads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                uploads.add(service.upload("digits", 5_000_000, new byte[348_000]));
            }
            assertThat(firstAnswer(uploads))
                    .startsWith("HTTP/1.1 429 ")
                    .contains("Retry-After: 1\r\n")
                    .contains("hold all of the 6291456 bytes");
            for (Socket upload : uploads) {
                upload.close();
            }
            double ended = 0;
            for (int attempt = 0; attempt < 3000 && ended < uploads.size(); attempt++) {
                ended = service.metric(REJECTED, "model=\"digits\"");
                Thread.sleep(10);
            }
            assertThat(ended).isEqualTo(uploads.size());
            for (HttpResponse<String> answer : answers(service.predictAtOnce(20, "digits", ServiceProcess.DIGIT))) {
                assertThat(answer.statusCode()).isEqualTo(200);
            }
        }
    }

    /** What the first of the clients that get an answer reads. */
    private static String firstAnswer(List<Socket> clients) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 3000; attempt++) {
            for (Socket client : clients) {
                if (client.getInputStream().available() > 0) {
                    return new String(
                            client.getInputStream()
                                    .readNBytes(client.getInputStream().available()),
                            StandardCharsets.UTF_8);
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError("nobody was answered");
    }

    @Test
    void aBodyThatDoesNotArriveInTimeIsRefusedAndItsConnectionClosed() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(with("foldserve.request.deadline=500ms"));
                Socket slow = service.upload("digits", 1000, new byte[10])) {
            long start = System.nanoTime();
            String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer)
                    .startsWith("HTTP/1.1 408 ")
                    .contains("{\"error\":\"the body did not arrive within 500 ms\"}");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }

    private static String[] with(String... settings) {
        List<String> all = new ArrayList<>(List.of(ONE_CORE));
        all.addAll(List.of(settings));
        return all.toArray(String[]::new);
    }

    private static List<HttpResponse<String>> answered(Map<Integer, List<HttpResponse<String>>> answers, int status) {
        return answers.getOrDefault(status, List.of());
    }

    private static Map<Integer, List<HttpResponse<String>>> byStatus(
            List<CompletableFuture<HttpResponse<String>>> answers) {
        return answers.stream().map(CompletableFuture::join).collect(Collectors.groupingBy(HttpResponse::statusCode));
    }

    private static List<HttpResponse<String>> answers(List<CompletableFuture<HttpResponse<String>>> answers) {
        return answers.stream().map(CompletableFuture::join).toList();
    }
}
