package io.foldserve.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The packaged service in a process of its own. */
final class Service implements AutoCloseable {
    private static final int PORT = Integer.getInteger("port", 18_080);
    private static final String ADDRESS = "http://127.0.0.1:" + PORT;

    private final ChildProcess process;
    private final double secondsToReady;

    private Service(ChildProcess process, double secondsToReady) {
        this.process = process;
        this.secondsToReady = secondsToReady;
    }

    /** Starts the service over {@code models}, with {@code options} for the JVM, and waits until it is ready. */
    static Service start(Path models, String... options) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(
                "-Dquarkus.http.port=" + PORT, "-Dquarkus.http.host=127.0.0.1", "-Dfoldserve.models=" + models));
        ChildProcess process = ChildProcess.java(all, List.of());
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

    URI address() {
        return URI.create(ADDRESS + "/");
    }

    String predictUrl(String model) {
        return ADDRESS + "/v1/models/" + model + "/predict";
    }

    double secondsToReady() {
        return secondsToReady;
    }

    long residentMib() throws IOException {
        return process.residentMib();
    }

    /** What it holds now. */
    ProcessStatus status() throws IOException {
        return process.status();
    }

    /** Keeps all its threads on the first core. */
    void pinToOneCore() throws IOException, InterruptedException {
        process.pinToOneCore();
    }

    long peakMib() throws IOException {
        return process.peakMib();
    }

    @Override
    public void close() {
        process.close();
    }
}
