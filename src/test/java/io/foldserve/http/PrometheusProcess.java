package io.foldserve.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Prometheus in a process of its own, on a free port; needs Debian's {@code prometheus}. */
final class PrometheusProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    private PrometheusProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** One that asks the service on {@code port} for its metrics every second, and keeps what it needs in a folder. */
    static PrometheusProcess watching(int port, Path folder) throws IOException, InterruptedException {
        Path config = Files.writeString(folder.resolve("prometheus.yaml"), """
                global: { scrape_interval: 1s }
                scrape_configs:
                  - job_name: foldserve
                    metrics_path: /q/metrics
                    static_configs: [ { targets: [ "127.0.0.1:%d" ] } ]
                """.formatted(port));
        int own = ServiceProcess.freePort();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + own)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        PrometheusProcess prometheus = new PrometheusProcess(process, own);
        prometheus.awaitReady();
        return prometheus;
    }

    private void awaitReady() throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            try {
                if (get("/-/ready").startsWith("Prometheus Server is Ready")) {
                    return;
                }
            } catch (IOException notListening) {
                // It starts.
            }
            Thread.sleep(100);
        }
        throw new AssertionError("Prometheus does not become ready");
    }

    private String get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    /** The values of {@code expression} now, one for each series. */
    List<String> query(String expression) throws IOException, InterruptedException {
        JsonNode answer =
                JSON.readTree(get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)));
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(expression + ": " + answer);
        }
        List<String> values = new ArrayList<>();
        answer.path("data")
                .path("result")
                .forEach(series -> values.add(series.path("value").path(1).asText()));
        return values;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
