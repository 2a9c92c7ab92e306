package io.foldserve.cli;

import io.foldserve.serving.life.ModelFolders;
import io.foldserve.serving.life.Samples;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/** The client of a service that is only rehearsed: asks what is asked of one first, of the process that it runs in. */
public final class Rehearsal implements QuarkusApplication {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int LARGEST_SAMPLE = 10_000_000;

    private final HttpClient client = HttpClient.newHttpClient();

    /**
     * Has the probes, the lists and the first sample of each model answered; what is slower than the patience is not
     * waited for.
     *
     * @param arguments the directory of the models
     */
    @Override
    public int run(String... arguments) throws IOException, InterruptedException {
        awaitStart();
        for (String path : new String[] {"/", "/q/health/ready", "/q/metrics", "/v1/models"}) {
            send(HttpRequest.newBuilder(uri(path)));
        }
        ModelFolders folders = new ModelFolders(Path.of(arguments[0]));
        Samples samples = new Samples(folders, LARGEST_SAMPLE);
        for (String model : folders.list().keySet()) {
            for (String sample : samples.names(model).stream().limit(1).toList()) {
                send(HttpRequest.newBuilder(uri("/v1/models/" + model + "/predict"))
                        .header("Content-Type", sample.endsWith("png") ? "image/png" : "image/jpeg")
                        .POST(BodyPublishers.ofByteArray(samples.read(model, sample))));
            }
        }
        return Commands.OK;
    }

    private void awaitStart() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (send(HttpRequest.newBuilder(uri("/q/health/started"))) != 200 && System.nanoTime() < end) {
            Thread.sleep(LOOK.toMillis());
        }
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(PATIENCE).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /** Quarkus sets the port that was free as this property. */
    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + System.getProperty("quarkus.http.port") + path);
    }
}
