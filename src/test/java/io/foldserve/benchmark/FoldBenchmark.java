package io.foldserve.benchmark;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.Declaration;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.fold.FoldAudit;
import io.foldserve.fold.Folded;
import io.foldserve.fold.GraphFolder;
import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How long a DO-Conv ResNet-50 checkpoint takes to fold, and how much memory: read, built and folded in this process,
 * and by the {@code fold} command in a process of its own (start of the JVM, audit of every layer and writing the ONNX
 * file included); then the time from the start of the service's process until it is ready with that model and its
 * baseline.
 */
public final class FoldBenchmark {
    private static final int RUNS = 9;
    private static final int LARGE_RUNS = 3;

    private FoldBenchmark() {}

    /** Prints the figures. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path models = Workspace.resNet50();
        Path checkpoint = models.resolve("resnet50").resolve("doconv.safetensors");
        long fileMib = Files.size(checkpoint) >> 20;
        System.out.printf(
                "DO-Conv ResNet-50, %d MiB, %d processors%n",
                fileMib, Runtime.getRuntime().availableProcessors());
        inProcess(checkpoint);
        command(models.resolve("resnet50"), fileMib);
        ready(models, fileMib);
        for (Supplier<Graph> network : TrainingNetworks.large()) {
            large(network.get());
        }
    }

    private static void large(Graph training) throws IOException, InterruptedException {
        Path file = Files.createDirectories(Path.of("target", "benchmark")).resolve(training.name() + ".onnx");
        OnnxWriter.write(training, file);
        long fileMib = Files.size(file) >> 20;
        System.out.printf("%n%s, %d MiB%n", training.name(), fileMib);
        List<Double> folds = new ArrayList<>();
        List<Double> audits = new ArrayList<>();
        for (int run = 0; run < LARGE_RUNS; run++) {
            long start = System.nanoTime();
            Graph read = OnnxReader.read(file);
            Folded folded = GraphFolder.fold(read);
            long middle = System.nanoTime();
            FoldAudit.measure(folded, run);
            folds.add((middle - start) / 1e9);
            audits.add((System.nanoTime() - middle) / 1e9);
        }
        summary("read, fold", folds);
        summary("audit", audits);
        command(file, "");
        command(file, "-Xmx%dm".formatted(2 * fileMib));
    }

    private static void summary(String what, List<Double> seconds) {
        double first = seconds.get(0);
        Collections.sort(seconds);
        System.out.printf(
                "%s: first %.2f s, median of %d %.2f s%n",
                what, first, seconds.size(), seconds.get(seconds.size() / 2));
    }

    /**
     * Folds {@code file} by the command in a process of its own, with {@code option} for its JVM unless that is empty.
     */
    static void command(Path file, String option) throws IOException, InterruptedException {
        Path target = Path.of("target", "benchmark", "command.onnx");
        List<String> options = option.isEmpty() ? List.of() : List.of("-XX:+UseSerialGC", option);
        long start = System.nanoTime();
        try (ChildProcess fold =
                ChildProcess.java(options, List.of("fold", file.toString(), "--out", target.toString()))) {
            fold.expectSuccess();
            String what = "  fold command" + (option.isEmpty() ? "" : " " + String.join(" ", options));
            report(what, (System.nanoTime() - start) / 1e9, fold.peakMib(), Files.size(file) >> 20);
        }
    }

    private static void inProcess(Path checkpoint) {
        List<Double> seconds = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            Graph trained = Architectures.build(
                    Declaration.of(Map.of("name", "resnet50", "classes", 1000)),
                    new ImageSize(224, 224),
                    CheckpointReader.read(checkpoint));
            int nodes = GraphFolder.fold(trained).graph().nodes().size();
            seconds.add((System.nanoTime() - start) / 1e9);
            if (nodes == 0) {
                throw new IllegalStateException("the folded graph is empty");
            }
        }
        summary("read, build, fold", seconds);
    }

    private static void command(Path model, long fileMib) throws IOException, InterruptedException {
        Path folded = Path.of("target", "benchmark", "resnet50.onnx");
        long start = System.nanoTime();
        try (ChildProcess fold = ChildProcess.java(
                List.of(), List.of("fold", model.toString(), "--variant", "doconv", "--out", folded.toString()))) {
            fold.expectSuccess();
            report("fold command", (System.nanoTime() - start) / 1e9, fold.peakMib(), fileMib);
        }
    }

    private static void ready(Path models, long fileMib) throws IOException, InterruptedException {
        try (Service service = Service.start(models)) {
            report("process start to ready, two variants", service.secondsToReady(), service.peakMib(), fileMib);
        }
    }

    private static void report(String what, double seconds, long peakMib, long fileMib) {
        System.out.printf(
                "%s: %.2f s, peak resident memory %d MiB (%.1f × the file)%n",
                what, seconds, peakMib, (double) peakMib / fileMib);
    }
}
