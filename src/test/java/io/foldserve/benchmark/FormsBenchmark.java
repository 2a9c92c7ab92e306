package io.foldserve.benchmark;

import ai.onnxruntime.OrtException;
import io.foldserve.fold.FoldAudit;
import io.foldserve.fold.Folded;
import io.foldserve.fold.GraphFolder;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphCost;
import io.foldserve.onnx.OnnxWriter;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.measure.PairedTiming;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * What folding is worth to a runtime that optimises by itself. Networks in training form are run in three ways, through
 * the same kind of session: by ONNX Runtime with its optimisations off, by ONNX Runtime alone with all of them on, and
 * folded by foldserve, then by ONNX Runtime with all of them on. The runs are interleaved in pairs, and the ratios
 * taken within each pair; all three must give the same answer.
 *
 * <p>{@code -Dseconds} sets how long each pair of ways is compared, {@code -Dnetwork} a part of the name of the only
 * network.
 */
public final class FormsBenchmark {
    private static final int SECONDS = Integer.getInteger("seconds", 20);
    private static final String NETWORK = System.getProperty("network", "");
    private static final int[] THREADS = {1, 2};
    private static final long SEED = 2026;
    private static final double TOLERANCE = 2e-5;

    private FormsBenchmark() {}

    /** Prints the figures. */
    public static void main(String[] arguments) throws Exception {
        System.out.printf(
                "ONNX Runtime CPU, %d processors, %s%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.vm.version"));
        for (Supplier<Graph> network : TrainingNetworks.compared()) {
            Graph training = network.get();
            if (training.name().contains(NETWORK)) {
                compare(training);
            }
        }
    }

    private static void compare(Graph training) throws IOException, OrtException, InterruptedException {
        Folded folded = fold(training);
        Path directory = Files.createDirectories(Path.of("target", "benchmark"));
        Path before = directory.resolve(training.name() + ".onnx");
        Path after = directory.resolve(training.name() + "-folded.onnx");
        OnnxWriter.write(training, before);
        OnnxWriter.write(folded.graph(), after);
        for (int threads : THREADS) {
            time(training, folded.graph(), threads);
        }
        System.out.printf(
                "  nodes: training form %d, ONNX Runtime alone %d, foldserve %d, foldserve and ONNX Runtime %d%n",
                training.nodes().size(),
                OptimisedNodes.count(before),
                folded.graph().nodes().size(),
                OptimisedNodes.count(after));
        System.out.printf(
                "  parameters: %.2f M to %.2f M; ONNX file: %.1f MiB to %.1f MiB%n",
                GraphCost.of(training).parameters() / 1e6,
                GraphCost.of(folded.graph()).parameters() / 1e6,
                Files.size(before) / 0x1p20,
                Files.size(after) / 0x1p20);
        FoldBenchmark.command(before, "");
    }

    private static Folded fold(Graph training) {
        long start = System.nanoTime();
        Folded folded = GraphFolder.fold(training);
        long middle = System.nanoTime();
        Folded audited = FoldAudit.measure(folded, SEED);
        long end = System.nanoTime();
        System.out.printf(
                "%n%s%n  fold %.2f s, audit %.2f s, %d layers folded, %d places declined%n",
                training.name(),
                (middle - start) / 1e9,
                (end - middle) / 1e9,
                audited.report().layers().stream()
                        .filter(layer -> !layer.rules().isEmpty())
                        .count(),
                audited.report().declined().size());
        return audited;
    }

    private static void time(Graph training, Graph folded, int threads) {
        Map<String, Tensor> image = Map.of("image", image());
        try (ModelSession plain = ModelSession.open(training, new SessionSettings(threads, false, false));
                ModelSession alone = ModelSession.open(training, new SessionSettings(threads, false, true));
                ModelSession ours = ModelSession.open(folded, new SessionSettings(threads, false, true))) {
            float[] expected = logits(plain, image);
            double difference =
                    Math.max(difference(expected, logits(alone, image)), difference(expected, logits(ours, image)));
            if (!(difference <= TOLERANCE)) {
                throw new IllegalStateException(training.name() + ": the answers differ by " + difference);
            }
            IntConsumer fold = run -> logits(ours, image);
            LatencyRatio runtime = ratio(run -> logits(alone, image), fold);
            LatencyRatio trained = ratio(run -> logits(plain, image), fold);
            System.out.printf(
                    "  %d thread%s: ONNX Runtime alone / foldserve %s; training form / foldserve %s; foldserve %.1f "
                            + "ms; answers"
                            + " agree to %.1e%n",
                    threads, threads == 1 ? "" : "s", runtime, trained, runtime.referenceNanos() / 1e6, difference);
        }
    }

    private static LatencyRatio ratio(IntConsumer subject, IntConsumer reference) {
        return new PairedTiming(System::nanoTime, new SplittableRandom(SEED))
                .measure(subject, reference, Duration.ofSeconds(SECONDS));
    }

    private static float[] logits(ModelSession session, Map<String, Tensor> image) {
        return session.run(image).values().iterator().next().toFloats();
    }

    /** The largest difference relative to the largest logit. */
    private static double difference(float[] expected, float[] found) {
        double largest = 0;
        double scale = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs((double) expected[i] - found[i]));
            scale = Math.max(scale, Math.abs(expected[i]));
        }
        return largest / scale;
    }

    /** Standard normal pixels in a direct buffer, which the session reads in place. */
    private static Tensor image() {
        Shape shape = Shape.of(1, 3, 224, 224);
        ByteBuffer pixels =
                ByteBuffer.allocateDirect(Float.BYTES * shape.size()).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(SEED);
        while (pixels.hasRemaining()) {
            pixels.putFloat((float) random.nextGaussian());
        }
        return Tensor.ofBytes(DType.FLOAT32, shape, pixels.flip());
    }
}
