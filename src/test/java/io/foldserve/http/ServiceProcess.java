package io.foldserve.http;

import io.foldserve.benchmark.ProcessStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged service in a process of its own on a free port, and a client of it. */
final class ServiceProcess implements AutoCloseable {
    static final Path SCENE = Path.of("models", "digit-scenes", "samples", "scene-5-large.jpg");
    static final Path DIGIT = Path.of("models", "digits", "samples", "digit-3.png");

    private static final long PATIENCE_SECONDS = 180;

    private final Process process;
    private final Path log;
    private final int port;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServiceProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /**
     * Starts the service with {@code settings}, as {@code key=value} or an option of the JVM; it listens already, and
     * still loads.
     */
    static ServiceProcess start(String... settings) throws IOException, InterruptedException {
        ServiceProcess service = launched(settings);
        service.awaitStatus("/q/health/live", 200);
        return service;
    }

    /** The same, before anything is known of it. */
    static ServiceProcess launched(String... settings) throws IOException {
        int port = freePort();
        Path log = Files.createTempFile("foldserve", ".log");
        Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "services")), "data")
                .toAbsolutePath();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dquarkus.http.host=127.0.0.1");
        command.add("-Dquarkus.http.port=" + port);
        command.add("-Dfoldserve.data=" + data);
        Stream.of(settings)
                .map(setting -> setting.startsWith("-") ? setting : "-D" + setting)
                .forEach(command::add);
        command.addAll(List.of("-jar", "target/quarkus-app/quarkus-run.jar"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new ServiceProcess(process, log, port);
    }

    /** The same, once every model is loaded. */
    static ServiceProcess ready(String... settings) throws IOException, InterruptedException {
        ServiceProcess service = start(settings);
        service.awaitStatus("/q/health/ready", 200);
        return service;
    }

    /** The port on which it listens. */
    int port() {
        return port;
    }

    /** A port on which nothing listens now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits until {@code path} is answered with {@code status}. */
    void awaitStatus(String path, int status) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (status(path) != status) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError(path + " was never answered " + status + ":\n" + log());
            }
            Thread.sleep(10);
        }
    }

    /** The status of a GET, or 0 if nothing listens. */
    int status(String path) throws InterruptedException {
        try {
            return get(path).statusCode();
        } catch (IOException notListening) {
            return 0;
        }
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> predict(String model, Path image) throws IOException {
        String type = image.toString().endsWith(".png") ? "image/png" : "image/jpeg";
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/models/" + model + "/predict"))
                .header("Content-Type", type)
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofByteArray(Files.readAllBytes(image)))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    /** The same request {@code count} times at once, each on a connection of its own. */
    List<CompletableFuture<HttpResponse<String>>> predictAtOnce(int count, String model, Path image)
            throws IOException {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(predict(model, image));
        }
        return answers;
    }

    /** A connection on which the head of a prediction is sent, and {@code body}, of a declared {@code length}. */
    Socket upload(String model, int length, byte[] body) throws IOException {
        Socket socket = connect();
        String head = ("POST /v1/models/%s/predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: "
                        + "%d\r\n\r\n")
                .formatted(model, length);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        return socket;
    }

    /** A connection on which nothing is sent yet; reading from it takes 30 s at most. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(30));
        return socket;
    }

    /** The sum of the samples of {@code metric} whose labels contain all of {@code labels}. */
    double metric(String metric, String... labels) throws IOException, InterruptedException {
        Pattern line = Pattern.compile("^" + Pattern.quote(metric) + "\\{(.*)} (\\S+)$", Pattern.MULTILINE);
        Matcher samples = line.matcher(get("/q/metrics").body());
        double sum = 0;
        while (samples.find()) {
            String found = samples.group(1);
            if (Stream.of(labels).allMatch(found::contains)) {
                sum += Double.parseDouble(samples.group(2));
            }
        }
        return sum;
    }

    /** Waits until {@code metric}, which has no labels, is {@code value}. */
    void awaitMetric(String metric, double value) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!get("/q/metrics").body().contains("\n%s %s\n".formatted(metric, value))) {
            if (System.nanoTime() > end) {
                throw new AssertionError("%s was never %s:%n%s".formatted(metric, value, log()));
            }
            Thread.sleep(1);
        }
    }

    /** What the process holds now. */
    ProcessStatus status() throws IOException {
        return ProcessStatus.of(process.pid());
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Sends the signal called {@code name}, such as {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits until the log has {@code text}. */
    void awaitLog(String text) throws InterruptedException {
        awaitLog(text, 1);
    }

    /** Waits until the log has {@code text} {@code count} times. */
    void awaitLog(String text, int count) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (log().split(Pattern.quote(text), -1).length <= count) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError("not logged: " + text + "\n" + log());
            }
            Thread.sleep(10);
        }
    }

    /** Ends it at once, as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Posts JSON. */
    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** Puts JSON. */
    HttpResponse<String> put(String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** The exit code, once the process has ended by itself. */
    int exitCode(Duration within) throws InterruptedException {
        if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("did not end within " + within + ":\n" + log());
        }
        return process.exitValue();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.deleteIfExists(log);
    }
}
