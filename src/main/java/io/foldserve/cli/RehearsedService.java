package io.foldserve.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.function.Consumer;

/** A service that is asked only for what it loads to answer: what goes wrong is told in a line, and nothing fails. */
final class RehearsedService {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int OK = 200;

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI address;
    private final Duration patience;
    private final Consumer<String> told;

    /**
     * The service at {@code address}.
     *
     * @param patience how long its start, and each answer, is waited for
     * @param told hears of each request that was not answered, or not with 200
     */
    RehearsedService(URI address, Duration patience, Consumer<String> told) {
        this.address = address;
        this.patience = patience;
        this.told = told;
    }

    /** Returns when {@code path} is answered with 200, or patience is at its end. */
    void await(String path) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        boolean started = false;
        while (!started && System.nanoTime() < end) {
            started = isStarted(path);
            if (!started) {
                Thread.sleep(LOOK.toMillis());
            }
        }
        if (!started) {
            told.accept("%s was not answered with 200 within %d s".formatted(path, patience.toSeconds()));
        }
    }

    private boolean isStarted(String path) throws InterruptedException {
        try {
            return status(request(path)) == OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Has {@code path} answered. */
    void get(String path) throws InterruptedException {
        send(request(path), path);
    }

    /** Has {@code body} answered, which is sent to {@code path}. */
    void post(String path, String contentType, byte[] body) throws InterruptedException {
        send(request(path).header("Content-Type", contentType).POST(BodyPublishers.ofByteArray(body)), path);
    }

    private void send(HttpRequest.Builder request, String path) throws InterruptedException {
        try {
            int status = status(request);
            if (status != OK) {
                told.accept("%s was answered with %d, expected %d".formatted(path, status, OK));
            }
        } catch (HttpTimeoutException slow) {
            told.accept("%s was not answered within %d s".formatted(path, patience.toSeconds()));
        } catch (IOException failed) {
            told.accept("%s was not answered: the connection failed".formatted(path));
        }
    }

    private int status(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).timeout(patience);
    }
}
