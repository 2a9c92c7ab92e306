package io.foldserve.benchmark;

import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How the service grows: throughput and tail of a ResNet-18 against the clients, the size of the pictures, the cores
 * and the number of models that are loaded. Throughput is relative to the bare session on two threads, timed in the
 * same run.
 *
 * <p>{@code -Dseconds} is the length of each measurement.
 */
public final class GrowthBenchmark {
    private static final int SECONDS = Integer.getInteger("seconds", 5);
    private static final int[] CLIENTS = {1, 2, 4, 8, 16, 32, 64, 128, 256};
    private static final int[] SIDES = {128, 256, 512, 1024, 2048, 4096};
    private static final int[] MODELS = {1, 5, 10, 20, 40};
    private static final double WARM_UP_SECONDS = 20;
    private static final int FEW = 4;

    private final Contest contest;
    private final double bare;

    private GrowthBenchmark(Contest contest, double bare) {
        this.contest = contest;
        this.bare = bare;
    }

    /** Prints the tables, in Markdown. */
    public static void main(String[] arguments) throws Exception {
        Contest contest = Contest.all().get(0);
        Graph network = OnnxReader.read(contest.folder().resolve("folded.onnx"));
        Map<String, Tensor> input = Map.of(
                network.inputs().get(0).name(), Tensor.ofFloats(Shape.of(1, 3, 224, 224), new float[3 * 224 * 224]));
        double bare;
        try (ModelSession session = ModelSession.open(network, new SessionSettings(1, false, true))) {
            BareSession.run(session, input, 2, SECONDS);
            bare = BareSession.run(session, input, 2, SECONDS).perSecond();
        }
        GrowthBenchmark growth = new GrowthBenchmark(contest, bare);
        growth.clientsAndPictures();
        growth.oneCore();
        growth.models();
        System.exit(0);
    }

    private void clientsAndPictures() throws Exception {
        try (Service service = Service.start(contest.folder())) {
            generator(service, contest.name(), contest.picture()).run(FEW, WARM_UP_SECONDS);
            heading("clients");
            for (int clients : CLIENTS) {
                print(clients, generator(service, contest.name(), contest.picture()), clients);
            }
            heading("picture, 2 clients");
            for (int side : SIDES) {
                Path picture = Photo.write("photo-%d.jpg".formatted(side), "jpg", side, side * 3 / 4);
                print("%d×%d".formatted(side, side * 3 / 4), generator(service, contest.name(), picture), 2);
            }
        }
    }

    private void oneCore() throws Exception {
        try (Service service = Service.start(contest.folder(), "-XX:ActiveProcessorCount=1")) {
            service.pinToOneCore();
            generator(service, contest.name(), contest.picture()).run(FEW, WARM_UP_SECONDS);
            heading("clients, one core");
            for (int clients : new int[] {1, 8}) {
                print(clients, generator(service, contest.name(), contest.picture()), clients);
            }
        }
    }

    private void models() throws Exception {
        System.out.printf("%n| models | start to ready, s | resident, MiB | throughput ÷ bare | p50 / p99 ms |%n");
        System.out.println("| --- | --- | --- | --- | --- |");
        for (int count : MODELS) {
            Path models = copies(count);
            try (Service service = Service.start(models)) {
                for (int model = 0; model < count; model++) {
                    generator(service, name(model), contest.picture()).run(2, 1);
                }
                String cells = cells(generator(service, name(0), contest.picture()), FEW);
                System.out.printf(
                        Locale.ROOT,
                        "| %d | %.1f | %d | %s%n",
                        count,
                        service.secondsToReady(),
                        service.residentMib(),
                        cells);
            }
        }
    }

    private Path copies(int count) throws IOException {
        Path models = Path.of("target", "benchmark", "growth-models", Integer.toString(count));
        for (int model = 0; model < count; model++) {
            Path folder = Files.createDirectories(models.resolve(name(model)));
            try (Stream<Path> files = Files.list(contest.folder())) {
                for (Path file : files.toList()) {
                    Path copy = folder.resolve(file.getFileName());
                    if (Files.notExists(copy)) {
                        Files.createLink(copy, file);
                    }
                }
            }
        }
        return models;
    }

    private static String name(int model) {
        return "model-" + model;
    }

    private LoadGenerator generator(Service service, String model, Path picture) throws IOException {
        return new LoadGenerator(
                URI.create(service.predictUrl(model)), contest.type(), contest.accept(), Files.readAllBytes(picture));
    }

    private static void heading(String what) {
        System.out.printf("%n| %s | throughput ÷ bare | p50 / p99 ms |%n| --- | --- | --- |%n", what);
    }

    private void print(Object what, LoadGenerator generator, int clients) throws Exception {
        generator.run(clients, 1);
        System.out.printf("| %s | %s%n", what, cells(generator, clients));
    }

    /** With the time that the last answers take: until then the service is as busy as before. */
    private String cells(LoadGenerator generator, int clients) throws Exception {
        long start = System.nanoTime();
        long[] nanos = generator.run(clients, SECONDS);
        double seconds = (System.nanoTime() - start) / 1e9;
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "%.2f | %.1f / %.1f |",
                nanos.length / seconds / bare,
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6);
    }
}
