package io.foldserve.benchmark;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.fold.GraphFolder;
import io.foldserve.graph.Graph;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.task.Head;
import io.foldserve.task.ServingGraph;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * What predict costs over the bare session, as ratios measured in one run: throughput and latency over HTTP at 1, 2, 8
 * and 32 clients between two measurements of the session alone (two threads, one intra-op thread each). The load
 * generator {@code wrk} shares the processors with the service.
 */
public final class ServingBenchmark {
    private static final int[] CLIENTS = {1, 2, 8, 32};
    private static final int SECONDS = Integer.getInteger("seconds", 10);
    private static final ImageLimits LIMITS = new ImageLimits(25_000_000);

    private ServingBenchmark() {}

    /** Prints the figures. */
    public static void main(String[] arguments) throws Exception {
        Path models = Workspace.small();
        Path photo = Photo.write("photo.jpg", "jpg", 500, 375);
        Path icon = Photo.write("icon.png", "png", 32, 32);
        try (Service service = Service.start(models)) {
            compare(service, models.resolve("resnet18"), photo, "image/jpeg");
            compare(service, models.resolve("resnet20"), icon, "image/png");
            System.out.printf("peak resident memory of the service: %d MiB%n", service.peakMib());
        }
    }

    private static void compare(Service service, Path folder, Path image, String type) throws Exception {
        ModelManifest manifest = ManifestReader.read(folder);
        ImageSize size =
                new ImageSize(manifest.input().height(), manifest.input().width());
        VariantManifest declared = manifest.variants().get(0);
        if (!(declared.source() instanceof CheckpointSource.Training source)) {
            throw new IllegalArgumentException(declared.checkpoint() + " is no training checkpoint");
        }
        Graph trained = Architectures.build(source.declaration(), size, CheckpointReader.read(declared.checkpoint()));
        Graph serving = ServingGraph.of(GraphFolder.fold(trained).graph(), manifest.visionTask(), Head.SOFTMAX);
        byte[] encoded = Files.readAllBytes(image);
        VisionTask task = new VisionTask(manifest.task(), manifest.input(), manifest.labels());
        System.out.printf("%n%s, %s of %d kB%n", manifest.name(), image.getFileName(), encoded.length / 1000);
        try (ModelSession session = ModelSession.open(serving, new SessionSettings(1, false, true))) {
            decode(task, encoded);
            Map<String, Tensor> inputs =
                    task.preprocess(task.decode(encoded, LIMITS)).inputs();
            BareSession.run(session, inputs, 2, Math.max(1, SECONDS / 2));
            Wrk.Result alone = BareSession.run(session, inputs, 1, SECONDS);
            Wrk.Result before = BareSession.run(session, inputs, 2, SECONDS);
            print("session, 1 thread", alone, alone);
            print("session, 2 threads", before, before);
            String url = service.predictUrl(manifest.name());
            Wrk.post(url, image, type, 2, SECONDS);
            for (int clients : CLIENTS) {
                print("predict, " + clients + " clients", Wrk.post(url, image, type, clients, SECONDS), before);
            }
            print("session, 2 threads again", BareSession.run(session, inputs, 2, SECONDS), before);
        }
    }

    private static void decode(VisionTask task, byte[] encoded) {
        long[] decoding = new long[400];
        long[] preprocessing = new long[decoding.length];
        for (int i = 0; i < decoding.length; i++) {
            long start = System.nanoTime();
            var decoded = task.decode(encoded, LIMITS);
            decoding[i] = System.nanoTime() - start;
            if (task.preprocess(decoded).inputs().isEmpty()) {
                throw new IllegalStateException("nothing was preprocessed");
            }
            preprocessing[i] = System.nanoTime() - start - decoding[i];
        }
        System.out.printf("decode p50 %.2f ms, preprocess p50 %.2f ms%n", median(decoding), median(preprocessing));
    }

    /** Of the second half, in milliseconds: the first warms up. */
    private static double median(long[] nanos) {
        long[] warm = Arrays.copyOfRange(nanos, nanos.length / 2, nanos.length);
        Arrays.sort(warm);
        return warm[warm.length / 2] / 1e6;
    }

    private static void print(String what, Wrk.Result result, Wrk.Result bare) {
        System.out.printf(
                "%-26s %8.1f/s  ratio %.2f   p50 %7.2f ms  p99 %7.2f ms%n",
                what, result.perSecond(), result.perSecond() / bare.perSecond(), result.p50(), result.p99());
    }
}
