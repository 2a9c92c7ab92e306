package io.foldserve.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

/** The packaged service in a process of its own. */
final class Service implements AutoCloseable {
    private static final String ADDRESS = "http://127.0.0.1:18080";

    private final ChildProcess process;
    private final double secondsToReady;

    private Service(ChildProcess process, double secondsToReady) {
        this.process = process;
        this.secondsToReady = secondsToReady;
    }

    /** Starts the service over {@code models} and waits until it is ready. */
    static Service start(Path models) throws IOException, InterruptedException {
        long start = System.nanoTime();
        ChildProcess process = ChildProcess.java(
                List.of("-Dquarkus.http.port=18080", "-Dquarkus.http.host=127.0.0.1", "-Dfoldserve.models=" + models),
                List.of());
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest ready =
                HttpRequest.newBuilder(URI.create(ADDRESS + "/q/health/ready")).build();
        while (!isReady(client, ready)) {
            if (!process.isAlive()) {
                throw new IOException("the service ended: " + process.log());
            }
            Thread.sleep(5);
        }
        return new Service(process, (System.nanoTime() - start) / 1e9);
    }

    private static boolean isReady(HttpClient client, HttpRequest ready) throws InterruptedException {
        try {
            return client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notListeningYet) {
            return false;
        }
    }

    String predictUrl(String model) {
        return ADDRESS + "/v1/models/" + model + "/predict";
    }

    double secondsToReady() {
        return secondsToReady;
    }

    long peakMib() throws IOException {
        return process.peakMib();
    }

    @Override
    public void close() {
        process.close();
    }
}
