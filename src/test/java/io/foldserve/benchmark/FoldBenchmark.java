package io.foldserve.benchmark;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.ImageSize;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.fold.Folder;
import io.foldserve.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * How long a DO-Conv ResNet-50 checkpoint takes to fold, and how much memory: read, built and folded in this process, and
 * by the {@code fold} command in a process of its own (start of the JVM, audit of every layer and writing the ONNX file
 * included); then the time from the start of the service's process until it is ready with that model and its baseline.
 */
public final class FoldBenchmark {
    private static final int RUNS = 9;

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
    }

    private static void inProcess(Path checkpoint) {
        List<Double> seconds = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            Graph trained = Architectures.build(
                    Map.of("name", "resnet50", "classes", 1000),
                    new ImageSize(224, 224),
                    CheckpointReader.read(checkpoint));
            int nodes = Folder.fold(trained).graph().nodes().size();
            seconds.add((System.nanoTime() - start) / 1e9);
            if (nodes == 0) {
                throw new IllegalStateException("the folded graph is empty");
            }
        }
        double first = seconds.get(0);
        Collections.sort(seconds);
        System.out.printf("read, build, fold: first %.2f s, median of %d %.2f s%n", first, RUNS, seconds.get(RUNS / 2));
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
