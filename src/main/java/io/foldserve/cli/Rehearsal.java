package io.foldserve.cli;

import io.foldserve.problem.FileFailure;
import io.foldserve.serving.life.ModelFolders;
import io.foldserve.serving.life.Samples;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The client of a service that is only rehearsed: asks what is asked of one first, of the process that it runs in. */
public final class Rehearsal implements QuarkusApplication {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int LARGEST_SAMPLE = 10_000_000;

    /**
     * Has the probes, the lists and the first sample of each model answered. What is slower than the patience, fails or
     * is refused is told in a line and left out: fewer classes are archived then, and nothing else is lost.
     *
     * @param arguments the directory of the models
     */
    @Override
    public int run(String... arguments) throws InterruptedException {
        // Quarkus sets the port that was free as this property.
        URI address = URI.create("http://127.0.0.1:" + System.getProperty("quarkus.http.port"));
        RehearsedService service = new RehearsedService(address, PATIENCE, Rehearsal::tell);
        service.await("/q/health/started");
        for (String path : List.of("/", "/q/health/ready", "/q/metrics", "/v1/models")) {
            service.get(path);
        }
        predict(new ModelFolders(Path.of(arguments[0])), service);
        return Commands.OK;
    }

    private static void predict(ModelFolders folders, RehearsedService service) throws InterruptedException {
        Samples samples = new Samples(folders, LARGEST_SAMPLE);
        try {
            for (String model : folders.list().keySet()) {
                for (String sample : samples.names(model).stream().limit(1).toList()) {
                    service.post(
                            "/v1/models/" + model + "/predict",
                            sample.endsWith("png") ? "image/png" : "image/jpeg",
                            samples.read(model, sample));
                }
            }
        } catch (IOException unreadable) {
            tell("the samples cannot be read: " + FileFailure.reason(unreadable));
        }
    }

    private static void tell(String what) {
        System.err.println("rehearsal: " + what);
    }
}
