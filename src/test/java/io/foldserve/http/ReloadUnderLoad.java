package io.foldserve.http;

import io.foldserve.serving.load.LoadedModels;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that ask both bundled models without a pause, while both are loaded anew again and again. */
public final class ReloadUnderLoad {
    private static final List<String> MODELS = List.of("digits", "digit-scenes");
    private static final List<String> PICTURES =
            List.of("digits/samples/digit-3.png", "digit-scenes/samples/scene-5-large.jpg");

    private final URI address;
    private final Path directory;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicLong answered = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /**
     * What came of it.
     *
     * @param answered how many requests were answered with 200
     * @param failures what each other request ended with
     */
    public record Outcome(long answered, List<String> failures) {}

    private ReloadUnderLoad(URI address, Path directory) {
        this.address = address;
        this.directory = directory;
    }

    /** Copies the bundled models into {@code directory}. */
    public static void copyModels(Path directory) throws IOException {
        for (String model : MODELS) {
            LoadedModels.copy(model, directory, model);
        }
    }

    /** Loads the models of {@code directory} anew {@code reloads} times in turn, {@code clients} asking each. */
    public static Outcome run(URI address, Path directory, int clients, int reloads)
            throws IOException, InterruptedException {
        return new ReloadUnderLoad(address, directory).run(clients, reloads);
    }

    private Outcome run(int clients, int reloads) throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients * MODELS.size(); i++) {
            String model = MODELS.get(i % MODELS.size());
            byte[] image = Files.readAllBytes(LoadedModels.BUNDLED.resolve(PICTURES.get(i % MODELS.size())));
            threads.add(new Thread(() -> ask(model, image)));
        }
        threads.forEach(Thread::start);
        try {
            for (int reload = 0; reload < reloads; reload++) {
                reload(MODELS.get(reload % MODELS.size()), reload);
            }
        } finally {
            running.set(false);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        return new Outcome(answered.get(), List.copyOf(failures));
    }

    private void ask(String model, byte[] image) {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/v1/models/" + model + "/predict"))
                .POST(BodyPublishers.ofByteArray(image))
                .build();
        while (running.get()) {
            try {
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    answered.incrementAndGet();
                } else {
                    failures.add(model + ": " + answer.statusCode() + " " + answer.body());
                }
            } catch (IOException failure) {
                failures.add(model + ": " + failure);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Makes the model's folder look changed, and has it loaded; the answer is that of the new one. */
    private void reload(String model, int turn) throws IOException, InterruptedException {
        Files.setLastModifiedTime(
                directory.resolve(model).resolve("model.yaml"), FileTime.fromMillis(1_000_000_000_000L + turn * 1000L));
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(address.resolve("/v2/repository/models/" + model + "/load"))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            failures.add("load of " + model + ": " + answer.statusCode() + " " + answer.body());
        }
    }
}
