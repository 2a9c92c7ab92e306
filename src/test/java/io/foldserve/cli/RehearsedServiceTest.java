package io.foldserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a rehearsal tells of a service that is slow, fails or is gone: a line, and no failure. */
class RehearsedServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final URI address =
            URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    private final RehearsedService service = new RehearsedService(address, PATIENCE, told::add);

    RehearsedServiceTest() throws IOException {
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answering(String path, int status) {
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    @Test
    void nothingIsToldOfWhatIsAnswered() throws InterruptedException {
        answering("/", 200);

        service.await("/started");
        service.get("/models");
        service.post("/predict", "image/png", new byte[10]);

        assertThat(told).isEmpty();
    }

    @Test
    void aStatusThatIsNotExpectedIsTold() throws InterruptedException {
        answering("/busy", 503);
        answering("/refused", 400);

        service.get("/busy");
        service.post("/refused", "image/png", new byte[10]);

        assertThat(told)
                .containsExactly(
                        "/busy was answered with 503, expected 200", "/refused was answered with 400, expected 200");
    }

    @Test
    void whatIsSlowerThanThePatienceIsNotWaitedFor() throws InterruptedException {
        server.createContext("/slow", exchange -> {
            awaitEnd();
            exchange.close();
        });

        service.get("/slow");

        assertThat(told).containsExactly("/slow was not answered within 1 s");
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aServiceThatIsGoneIsTold() throws InterruptedException {
        server.stop(0);

        service.get("/models");
        service.await("/started");

        assertThat(told)
                .containsExactly(
                        "/models was not answered: the connection failed",
                        "/started was not answered with 200 within 1 s");
    }

    @Test
    void aStartIsWaitedFor() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        server.createContext("/started", exchange -> {
            exchange.sendResponseHeaders(asked.incrementAndGet() < 4 ? 503 : 200, -1);
            exchange.close();
        });

        service.await("/started");

        assertThat(asked).hasValue(4);
        assertThat(told).isEmpty();
    }
}
