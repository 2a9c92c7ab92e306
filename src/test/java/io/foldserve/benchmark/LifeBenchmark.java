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

/**
 * What the life of models costs: failed requests over {@code -Dreloads} reloads of both bundled models under load, and
 * the resident memory of the service over {@code -Dcycles} of unloading and loading {@code digit-scenes}.
 */
public final class LifeBenchmark {
    private static final int RELOADS = Integer.getInteger("reloads", 300);
    private static final int CYCLES = Integer.getInteger("cycles", 200);
    private static final int CLIENTS = 2;
    private static final String[] OPTIONS = {
        "-Xmx512m", "-Dfoldserve.parity.at-load=0s", "-Dfoldserve.fold.timing=false"
    };

    private final Service service;
    private final HttpClient client = HttpClient.newHttpClient();

    private LifeBenchmark(Service service) {
        this.service = service;
    }

    /** Prints the figures. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("foldserve-life");
        ReloadUnderLoad.copyModels(directory);
        try (Service service = Service.start(directory, OPTIONS)) {
            LifeBenchmark benchmark = new LifeBenchmark(service);
            benchmark.cycle();
            benchmark.reload(directory);
        }
    }

    private void reload(Path directory) throws IOException, InterruptedException {
        if (RELOADS > 0) {
            ReloadUnderLoad.Outcome outcome = ReloadUnderLoad.run(service.address(), directory, CLIENTS, RELOADS);
            System.out.printf(
                    "%d reloads: %d requests answered, %d failed; resident %d MiB, peak %d MiB%n",
                    RELOADS, outcome.answered(), outcome.failures().size(), service.residentMib(), service.peakMib());
            outcome.failures().stream().limit(10).forEach(System.out::println);
        }
    }

    private void cycle() throws IOException, InterruptedException {
        for (int cycle = 0; cycle <= CYCLES; cycle++) {
            if (cycle % 20 == 0) {
                System.out.printf("%d cycles: resident %d MiB loaded", cycle, service.residentMib());
            }
            expect("unload");
            if (cycle % 20 == 0) {
                Thread.sleep(200);
                System.out.printf(", %d MiB unloaded%n", service.residentMib());
            }
            expect("load");
        }
    }

    private void expect(String call) throws IOException, InterruptedException {
        URI uri = service.address().resolve("/v2/repository/models/digit-scenes/" + call);
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(call + ": " + answer.statusCode() + " " + answer.body());
        }
    }
}
