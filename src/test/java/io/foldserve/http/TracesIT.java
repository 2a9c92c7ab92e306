package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged service beside a collector of OpenTelemetry's traces (OTLP over HTTP, as protobuf). */
class TracesIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PROTOCOL = "quarkus.otel.exporter.otlp.protocol=http/protobuf";
    private static final String DELAY = "quarkus.otel.bsp.schedule.delay=100ms";
    private static final int PATIENCE_SECONDS = 30;
    private static final int NOTHING_COMES_SECONDS = 3;

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final HttpServer collector;

    TracesIT() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void collect() {
        collector.createContext("/v1/traces", exchange -> {
            received.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    @Test
    void aPredictionIsASpanOfItsClientsTraceOnceTracesAreSwitchedOn() throws IOException, InterruptedException {
        try (ServiceProcess service =
                ServiceProcess.ready(exporter(), PROTOCOL, DELAY, "quarkus.otel.sdk.disabled=false")) {
            assertThat(predict(service)).isEqualTo(200);

            String spans = new String(sent(), StandardCharsets.ISO_8859_1);
            assertThat(spans).contains(new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1));
            assertThat(spans).contains("foldserve").contains("POST /v1/models/{model}/predict");
        }
    }

    @Test
    void nobodyIsCalledUntilThen() throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.ready(exporter(), PROTOCOL, DELAY)) {
            assertThat(predict(service)).isEqualTo(200);

            assertThat(received.poll(NOTHING_COMES_SECONDS, TimeUnit.SECONDS)).isNull();
        }
    }

    private String exporter() {
        return "quarkus.otel.exporter.otlp.endpoint=http://127.0.0.1:"
                + collector.getAddress().getPort();
    }

    private byte[] sent() throws InterruptedException {
        byte[] spans = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return spans == null ? new byte[0] : spans;
    }

    private static int predict(ServiceProcess service) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + service.port() + "/v1/models/digits/predict");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "image/png")
                .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                .POST(BodyPublishers.ofFile(ServiceProcess.DIGIT))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }
}
