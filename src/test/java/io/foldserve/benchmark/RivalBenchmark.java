package io.foldserve.benchmark;

import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The service beside a script of FastAPI, Pillow and ONNX Runtime with two workers, in one run: both serve the same
 * folded file, and blocks of requests to one and to the other alternate, so that whatever else the machine does slows
 * both alike. The unit is the bare session on two threads, in blocks between.
 *
 * <p>{@code -Dseconds} is the length of a block, {@code -Drounds} how many blocks each gets, {@code -Dport} the first
 * of two ports, {@code -Dpython} a Python that has what the rival needs, {@code -Dcontests} the models.
 */
public final class RivalBenchmark {
    private static final int[] CLIENTS = {1, 2, 8, 32};
    private static final int SECONDS = Integer.getInteger("seconds", 5);
    private static final int ROUNDS = Integer.getInteger("rounds", 4);
    private static final int WORKERS = 2;
    private static final int RIVAL_PORT = Integer.getInteger("port", 18_080) + 1;
    private static final List<String> CONTESTS =
            List.of(System.getProperty("contests", "resnet18,resnet20,deeplab").split(","));
    private static final double WARM_UP_SECONDS = 20;
    private static final long SEED = 2026;

    private RivalBenchmark() {}

    /** Prints the tables, in Markdown. */
    public static void main(String[] arguments) throws Exception {
        Optional<Path> python = FastApi.python();
        for (Contest contest : Contest.all()) {
            if (python.isPresent() && CONTESTS.contains(contest.name())) {
                compare(contest, python.orElseThrow());
            }
        }
    }

    private static void compare(Contest contest, Path python) throws Exception {
        byte[] body = Files.readAllBytes(contest.picture());
        Graph folded = OnnxReader.read(contest.folder().resolve("folded.onnx"));
        Map<String, Tensor> inputs = Map.of(folded.inputs().get(0).name(), noise(contest.size()));
        try (Service service = Service.start(contest.folder());
                FastApi rival = FastApi.start(python, WORKERS, RIVAL_PORT, contest.environment());
                ModelSession bare = ModelSession.open(folded, new SessionSettings(1, false, true))) {
            LoadGenerator ours = new LoadGenerator(
                    URI.create(service.predictUrl(contest.name())), contest.type(), contest.accept(), body);
            LoadGenerator theirs = new LoadGenerator(URI.create(rival.url()), contest.type(), contest.accept(), body);
            for (LoadGenerator each : List.of(ours, theirs)) {
                each.run(2 * WORKERS, WARM_UP_SECONDS);
            }
            System.out.printf(
                    "%n%s, %s of %d kB%n%n| clients | foldserve ÷ bare | p50 / p99 ms | FastAPI ÷ bare | p50 / p99 ms"
                            + " | throughput, foldserve ÷ FastAPI | p50 ÷ | p99 ÷ |%n"
                            + "| --- | --- | --- | --- | --- | --- | --- | --- |%n",
                    contest.name(), contest.picture().getFileName(), body.length / 1000);
            for (int clients : CLIENTS) {
                print(clients, bare, inputs, ours, theirs);
            }
            System.out.printf(
                    "%nstart to ready %.2f s, FastAPI listens after %.2f s; resident %d MiB, FastAPI %d MiB%n",
                    service.secondsToReady(), rival.secondsToListen(), service.residentMib(), rival.residentMib());
        }
    }

    /** An input of the network, with what a normalised picture may hold. */
    private static Tensor noise(int size) {
        SplittableRandom random = new SplittableRandom(SEED);
        float[] values = new float[3 * size * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        return Tensor.ofFloats(Shape.of(1, 3, size, size), values);
    }

    private static void print(
            int clients, ModelSession bare, Map<String, Tensor> inputs, LoadGenerator ours, LoadGenerator theirs)
            throws Exception {
        long[] own = {};
        long[] other = {};
        double alone = 0;
        for (int round = 0; round < ROUNDS; round++) {
            alone += BareSession.run(bare, inputs, 2, Math.max(1, SECONDS / 2)).perSecond() / ROUNDS;
            // Each goes first in every other round.
            if (round % 2 == 0) {
                own = LoadGenerator.joined(own, ours.run(clients, SECONDS));
            }
            other = LoadGenerator.joined(other, theirs.run(clients, SECONDS));
            if (round % 2 == 1) {
                own = LoadGenerator.joined(own, ours.run(clients, SECONDS));
            }
        }
        Arrays.sort(own);
        Arrays.sort(other);
        double seconds = (double) SECONDS * ROUNDS;
        System.out.printf(
                "| %d | %.2f | %.1f / %.1f | %.2f | %.1f / %.1f | %.2f | %.2f | %.2f |%n",
                clients,
                own.length / seconds / alone,
                millis(own, 50),
                millis(own, 99),
                other.length / seconds / alone,
                millis(other, 50),
                millis(other, 99),
                (double) own.length / other.length,
                millis(own, 50) / millis(other, 50),
                millis(own, 99) / millis(other, 99));
    }

    private static double millis(long[] sorted, int percent) {
        return sorted[(int) ((long) sorted.length * percent / 100)] / 1e6;
    }
}
