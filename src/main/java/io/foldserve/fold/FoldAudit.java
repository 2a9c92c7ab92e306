package io.foldserve.fold;

import io.foldserve.fold.audit.IslandAudit;
import io.foldserve.fold.audit.Patch;
import io.foldserve.fold.audit.PatchSampler;
import io.foldserve.fold.audit.SampledChannels;
import io.foldserve.fold.audit.TrainedLayer;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.layer.WorkingGraph;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.InexactFoldException;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Weights;
import io.foldserve.fold.write.IslandGraph;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Operand;
import io.foldserve.graph.Shapes;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures a fold, layer by layer, against the training form.
 *
 * <p>Each folded layer is run at a few seeded positions of its real geometry, border and interior, on standard normal
 * values, for some seeded output channels: as it was trained (DO-Conv by feature composition, so that
 * its kernel is never composed), folded in float64, and with the rounded constants that the folded graph really holds.
 * All three are summed in float64.
 *
 * <p>An island of branches and sequences is run as a graph, see {@link IslandAudit}.
 *
 * <p>Stateless and thread-safe; layers are measured in parallel, and a seed always gives the same report.
 */
public final class FoldAudit {
    /** The largest composition error of an exact fold, relative to Σ|K||x| + |b|. */
    public static final double TOLERANCE = 1e-11;

    /** The largest rounding error: twice the unit roundoff of float32. */
    public static final double ROUNDING_TOLERANCE = 0x1p-23;

    // Sums below it are next to float32's subnormal numbers, which round with a larger relative error.
    private static final double NEGLIGIBLE = 1e-30;
    private static final int POSITIONS = 4;

    /**
     * A measured output channel and the first input channel it reads: folded in float64, and as the folded graph holds
     * it.
     */
    private record Channel(int output, int first, Row exact, Row rounded) {}

    private final WorkingGraph working;
    private final Graph folded;
    private final Map<String, Node> nodes;
    private final long seed;

    private FoldAudit(WorkingGraph working, Graph folded, long seed) {
        this.working = working;
        this.folded = folded;
        this.nodes = folded.nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
        this.seed = seed;
    }

    /**
     * {@code folded} with the errors of its folded layers measured.
     *
     * @param seed of the probes
     * @throws InexactFoldException if a layer's composition error is beyond {@link #TOLERANCE} or its rounding error
     *     beyond {@link #ROUNDING_TOLERANCE}, or one of them is not a number
     */
    public static Folded measure(Folded folded, long seed) {
        FoldDecisions decided = folded.decisions();
        Map<String, LayerErrors> islands = islandErrors(decided, folded.graph(), seed);
        FoldAudit audit = new FoldAudit(decided.plan().working(), folded.graph(), seed);
        FoldReport before = folded.report();
        List<LayerReport> layers = before.layers().parallelStream()
                .map(layer -> Optional.ofNullable(islands.get(layer.name()))
                        .map(layer::with)
                        .orElseGet(() -> audit.measured(layer)))
                .toList();
        List<String> inexact =
                layers.stream().flatMap(layer -> whyInexact(layer).stream()).toList();
        if (!inexact.isEmpty()) {
            throw new InexactFoldException(folded.graph().name(), inexact);
        }
        return folded.with(before.with(layers));
    }

    private static Map<String, LayerErrors> islandErrors(FoldDecisions decided, Graph folded, long seed) {
        IslandAudit audit = new IslandAudit(decided.training());
        return IslandGraph.names(decided.training(), decided.islands().islands()).parallelStream()
                .collect(Collectors.toConcurrentMap(
                        names -> names.island().name(0),
                        names -> audit.errors(
                                names,
                                folded,
                                new SplittableRandom(
                                        seed ^ names.island().name(0).hashCode()))));
    }

    // Negated, so that an error that is not a number is inexact too.
    private static Optional<String> whyInexact(LayerReport layer) {
        return layer.errors()
                .filter(errors -> !(errors.composition() <= TOLERANCE && errors.rounding() <= ROUNDING_TOLERANCE))
                .map(errors ->
                        ("%s (%s) differs from its training form, relative to Σ|K||x| + |b|, by %s; allowed: %s, "
                                        + "rounding %s")
                                .formatted(layer.name(), layer.rules(), errors, TOLERANCE, ROUNDING_TOLERANCE));
    }

    private LayerReport measured(LayerReport report) {
        return working.layer(report.name())
                .filter(Layer::isFolded)
                .map(layer -> report.with(errors(layer)))
                .orElse(report);
    }

    private LayerErrors errors(Layer layer) {
        RandomGenerator random = new SplittableRandom(seed ^ layer.node().name().hashCode());
        TrainedLayer trained = new TrainedLayer(working.training(), layer);
        List<Patch> patches = new PatchSampler(layer, inputShape(layer), outputShape(layer), random).sample(POSITIONS);
        int[] outputs = SampledChannels.of(layer.layout().outputs(), random);
        List<Channel> channels = channels(layer, outputs);
        return new LayerErrors(
                region(patches, true, channels, trained),
                region(patches, false, channels, trained),
                outputs.length,
                trained.cancellation(outputs));
    }

    private static LayerErrors.Region region(
            List<Patch> all, boolean border, List<Channel> channels, TrainedLayer trained) {
        List<Patch> patches =
                all.stream().filter(patch -> patch.border() == border).toList();
        double composition = 0;
        double rounding = 0;
        for (Patch x : patches) {
            for (Channel channel : channels) {
                double magnitude = x.magnitude(channel.exact(), channel.first());
                double exact = x.through(channel.exact(), channel.first());
                double rounded = x.through(channel.rounded(), channel.first());
                composition = Math.max(composition, relative(trained.at(channel.output(), x) - exact, magnitude));
                rounding = Math.max(rounding, relative(rounded - exact, magnitude + NEGLIGIBLE));
            }
        }
        return new LayerErrors.Region(patches.size(), composition, rounding);
    }

    private static double relative(double difference, double magnitude) {
        return difference == 0 ? 0 : Math.abs(difference) / magnitude;
    }

    private List<Channel> channels(Layer layer, int[] outputs) {
        KernelLayout layout = layer.layout();
        Weights weights = layer.weights();
        Node node = Optional.ofNullable(nodes.get(layer.node().name())).orElseThrow();
        IntFunction<double[]> kernel =
                layout.rows(folded.constant(node.inputs().get(1)).orElseThrow());
        double[] bias = node.input(2)
                .flatMap(folded::constant)
                .map(Tensor::toDoubles)
                .orElseGet(() -> new double[layout.outputs()]);
        return IntStream.of(outputs)
                .mapToObj(o -> new Channel(o, layout.firstInput(o), weights.row(o), new Row(kernel.apply(o), bias[o])))
                .toList();
    }

    private Shape inputShape(Layer layer) {
        return Optional.ofNullable(working.shapes().get(layer.node().inputs().get(0)))
                .orElseGet(() -> smallest(layer));
    }

    // An open size: large enough for border and interior positions of any geometry.
    private static Shape smallest(Layer layer) {
        Shape kernel = layer.kernelShape();
        List<Integer> extents = new ArrayList<>(
                List.of(1, layer.layout().groups() * layer.layout().groupInputs()));
        List<Integer> ones = Collections.nCopies(kernel.rank(), 1);
        for (int axis = 2; axis < kernel.rank(); axis++) {
            int stride = layer.node().integers("strides", ones).get(axis - 2);
            int dilation = layer.node().integers("dilations", ones).get(axis - 2);
            extents.add(1 + dilation * (kernel.extent(axis) - 1) + 3 * stride);
        }
        return new Shape(extents);
    }

    private Shape outputShape(Layer layer) {
        return Optional.ofNullable(working.shapes().get(layer.node().output())).orElseGet(() -> {
            List<Optional<Operand>> operands =
                    List.of(Optional.of(Operand.of(inputShape(layer))), Optional.of(Operand.of(layer.kernelShape())));
            return Shapes.infer(layer.node(), operands).get(0);
        });
    }
}
