package io.foldserve.benchmark;

import io.foldserve.fold.GraphFolder;
import io.foldserve.fold.PredictedCost;
import io.foldserve.fold.cost.CostModel;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.ShapeTrace;
import io.foldserve.graph.Value;
import io.foldserve.serving.calibration.CostCache;
import io.foldserve.serving.calibration.MachineCosts;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.serving.measure.PairedTiming;
import io.foldserve.session.CpuQuota;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What the prices measured on this machine predict, beside what ONNX Runtime takes with all its optimisations on one
 * thread: structures of 64 channels of 56×56, as they are and folded to one convolution whether that pays or not.
 */
public final class CostBenchmark {
    // Makes one operator of whatever can be one.
    private static final CostModel FOLDS_ALL = new CostModel(1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e9);
    private static final SessionSettings SETTINGS = new SessionSettings(1, false, true);
    private static final Shape IMAGE = Shape.of(1, 64, 56, 56);

    private final GraphBuilder builder;
    private int convolutions;

    private CostBenchmark(String name) {
        this.builder = new GraphBuilder(name);
        builder.input(Value.of("x", DType.FLOAT32, IMAGE));
    }

    /** Prints the table. */
    public static void main(String[] arguments) throws IOException {
        CostCache cache = new CostCache(Files.createTempDirectory("costs"), System.out::println);
        CostModel model = new MachineCosts(
                        SETTINGS, CpuQuota.cores(), cache, System::nanoTime, System.out::println, LoadGate.single())
                .costs();
        System.out.printf("%n%-34s %28s %28s%n", "gain of folding", "predicted", "measured");
        for (Graph graph : structures()) {
            Graph folded = GraphFolder.fold(graph, () -> FOLDS_ALL).graph();
            double before = PredictedCost.of(graph, model);
            double after = PredictedCost.of(folded, model);
            LatencyRatio measured = measured(graph, folded);
            System.out.printf(
                    "%-34s %7.0f / %6.0f µs = %5.2f %7d / %6d µs = %5.2f%n",
                    graph.name(),
                    before / 1000,
                    after / 1000,
                    before / after,
                    measured.subjectNanos() / 1000,
                    measured.referenceNanos() / 1000,
                    measured.median());
        }
    }

    private static LatencyRatio measured(Graph graph, Graph folded) {
        float[] values = new float[IMAGE.size()];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Map<String, Tensor> x = Map.of("x", Tensor.ofFloats(IMAGE, values));
        try (ModelSession before = ModelSession.open(graph, SETTINGS);
                ModelSession after = ModelSession.open(folded, SETTINGS)) {
            return new PairedTiming(System::nanoTime, random)
                    .measure(pair -> before.run(x), pair -> after.run(x), Duration.ofSeconds(2));
        }
    }

    private static List<Graph> structures() {
        List<Graph> graphs = new ArrayList<>();
        CostBenchmark of = new CostBenchmark("ExpandNet-CL r=4");
        graphs.add(of.build(of.conv(of.conv(of.conv("x", 256, 64, 1, 1, 1), 256, 256, 3, 0, 1), 64, 256, 1, 0, 1)));
        of = new CostBenchmark("ACB 3x3 + 3x1 + 1x3");
        graphs.add(of.build(of.add(of.add(of.conv("x", 64, 64, 3, 1, 1), of.line(3, 1)), of.line(1, 3))));
        of = new CostBenchmark("DW S=9, then 1x1");
        graphs.add(of.build(of.conv(of.conv("x", 576, 1, 3, 1, 64), 64, 576, 1, 0, 1)));
        of = new CostBenchmark("RepVGG 3x3 + 1x1 + id");
        graphs.add(of.build(of.add(of.add(of.conv("x", 64, 64, 3, 1, 1), of.conv("x", 64, 64, 1, 0, 1)), "x")));
        of = new CostBenchmark("concat 3x3, 3x3");
        graphs.add(of.build(of.concat(of.conv("x", 64, 64, 3, 1, 1), of.conv("x", 64, 64, 3, 1, 1))));
        of = new CostBenchmark("Fire concat 1x1, 3x3");
        graphs.add(of.build(of.concat(of.conv("x", 64, 64, 1, 0, 1), of.conv("x", 64, 64, 3, 1, 1))));
        of = new CostBenchmark("3x3 + grouped 3x3");
        graphs.add(of.build(of.add(of.conv("x", 64, 64, 3, 1, 1), of.conv("x", 64, 16, 3, 1, 4))));
        of = new CostBenchmark("3x3 + grouped 5x5");
        graphs.add(of.build(of.add(of.conv("x", 64, 64, 3, 1, 1), of.conv("x", 64, 16, 5, 2, 4))));
        of = new CostBenchmark("bottleneck 16, 3x3");
        graphs.add(of.build(of.conv(of.conv("x", 16, 64, 1, 1, 1), 64, 16, 3, 0, 1)));
        of = new CostBenchmark("bottleneck 56, 3x3");
        graphs.add(of.build(of.conv(of.conv("x", 56, 64, 1, 1, 1), 64, 56, 3, 0, 1)));
        of = new CostBenchmark("DW 3x3, then 1x1");
        graphs.add(of.build(of.conv(of.conv("x", 64, 1, 3, 1, 64), 64, 64, 1, 0, 1)));
        of = new CostBenchmark("DW 7x7, then 1x1 x4");
        graphs.add(of.build(of.conv(of.conv("x", 64, 1, 7, 3, 64), 256, 64, 1, 0, 1)));
        return graphs;
    }

    private String conv(String x, int outputs, int fanIn, int kernel, int pad, int groups) {
        return conv(x, Shape.of(outputs, fanIn, kernel, kernel), List.of(pad, pad, pad, pad), groups);
    }

    private String line(int height, int width) {
        int top = height / 2;
        int left = width / 2;
        return conv("x", Shape.of(64, 64, height, width), List.of(top, left, top, left), 1);
    }

    private String conv(String x, Shape kernel, List<Integer> pads, int groups) {
        String conv = "conv" + convolutions++;
        float[] values = new float[kernel.size()];
        SplittableRandom random = new SplittableRandom(convolutions);
        double gain = 1 / Math.sqrt((double) values.length / kernel.extent(0));
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (gain * random.nextGaussian());
        }
        String weight = builder.constant(conv + ".weight", Tensor.ofFloats(kernel, values));
        Map<String, Attribute> attributes = Map.of(
                "kernel_shape", Attribute.ints(kernel.extents().subList(2, 4)),
                "pads", Attribute.ints(pads),
                "group", Attribute.of(groups));
        return builder.add("Conv", conv, List.of(x, weight), attributes);
    }

    private String add(String a, String b) {
        return builder.add("Add", "sum" + convolutions++, List.of(a, b));
    }

    private String concat(String a, String b) {
        return builder.add("Concat", "joined", List.of(a, b), Map.of("axis", Attribute.of(1)));
    }

    private Graph build(String output) {
        Graph open = builder.build();
        Shape shape = ShapeTrace.of(open).orThrow().shapes().get(output);
        builder.output(
                Value.of(output, DType.FLOAT32, Optional.ofNullable(shape).orElseThrow()));
        return builder.build();
    }
}
