package io.foldserve.benchmark;

import io.foldserve.http.ReloadUnderLoad;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * What shadow runs cost those who wait for answers: p50 and p99 of {@code digit-scenes} with no answer and with every
 * answer run on the other variant too, in alternating blocks of one run. Clients that rest between requests leave idle
 * moments, in which shadow runs are made; one that never rests leaves none.
 *
 * <p>{@code -Dseconds} is the length of a block, {@code -Drounds} how many blocks each has.
 */
public final class ShadowBenchmark {
    private static final int SECONDS = Integer.getInteger("seconds", 5);
    private static final int ROUNDS = Integer.getInteger("rounds", 6);
    private static final double WARM_UP_SECONDS = 15;
    private static final String MODEL = "digit-scenes";

    private final Service service;
    private final HttpClient client = HttpClient.newHttpClient();
    private final LoadGenerator generator;

    private ShadowBenchmark(Service service) throws IOException {
        this.service = service;
        this.generator = new LoadGenerator(
                URI.create(service.predictUrl(MODEL)),
                "image/png",
                "application/json",
                Files.readAllBytes(Path.of("models", MODEL, "samples", "scene-1.png")));
    }

    /** Prints a table, in Markdown. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("foldserve-shadow");
        ReloadUnderLoad.copyModels(directory);
        Path data = Files.createTempDirectory("foldserve-data");
        try (Service service = Service.start(directory, "-Dfoldserve.data=" + data)) {
            ShadowBenchmark benchmark = new ShadowBenchmark(service);
            benchmark.generator.run(4, WARM_UP_SECONDS);
            System.out.printf("| clients | rest, ms | p50 / p99 ms, no shadow | every answer | p50 ÷ | p99 ÷ |%n"
                    + "| --- | --- | --- | --- | --- | --- |%n");
            for (int rest : new int[] {0, 20}) {
                benchmark.compare(1, rest);
                benchmark.compare(4, rest);
            }
            System.out.println(benchmark.shadowRuns());
        }
    }

    private void compare(int clients, int restMillis) throws Exception {
        long[] without = {};
        long[] with = {};
        for (int round = 0; round < ROUNDS; round++) {
            shadow(0);
            without = LoadGenerator.joined(without, generator.run(clients, SECONDS, restMillis));
            shadow(1);
            with = LoadGenerator.joined(with, generator.run(clients, SECONDS, restMillis));
        }
        Arrays.sort(without);
        Arrays.sort(with);
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %.2f / %.2f | %.2f / %.2f | %.2f | %.2f |%n",
                clients,
                restMillis,
                at(without, 50),
                at(without, 99),
                at(with, 50),
                at(with, 99),
                at(with, 50) / at(without, 50),
                at(with, 99) / at(without, 99));
    }

    private void shadow(int sample) throws IOException, InterruptedException {
        String experiment =
                "{\"name\": \"shadow\", \"shares\": {\"doconv\": 50, \"baseline\": 50}, \"shadow\": {\"sample\": %d}}"
                        .formatted(sample);
        HttpRequest request = HttpRequest.newBuilder(service.address().resolve("v1/models/" + MODEL + "/experiment"))
                .PUT(BodyPublishers.ofString(experiment))
                .header("Content-Type", "application/json")
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.body());
        }
    }

    /** The series that says how many pictures were run in the shadow. */
    private String shadowRuns() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(service.address().resolve("q/metrics")).build();
        return client.send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("foldserve_shadow_total"))
                .reduce("", (all, line) -> all + System.lineSeparator() + line);
    }

    private static double at(long[] sorted, int percent) {
        return sorted[(int) ((long) sorted.length * percent / 100)] / 1e6;
    }
}
