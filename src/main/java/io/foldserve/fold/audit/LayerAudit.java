package io.foldserve.fold.audit;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.fold.rule.Layer;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Weights;
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
 * Measures layers at a few seeded positions of their real geometry, border and interior, on standard normal values, for
 * some seeded output channels: as trained, see {@link TrainedLayer}, folded in float64, and with the rounded constants
 * that the folded graph really holds. All three are summed in float64.
 *
 * <p>Immutable; belongs to one audit.
 */
public final class LayerAudit {
    private static final int POSITIONS = 4;

    /**
     * A measured output channel and the first input channel it reads: folded in float64, and as the folded graph holds
     * it.
     */
    private record Channel(int output, int first, Row exact, Row rounded) {}

    private final Graph training;
    private final Map<String, Shape> shapes;
    private final Graph folded;
    private final Map<String, Node> nodes;
    private final long seed;

    /**
     * An audit of what became of the layers of a graph.
     *
     * @param training the facts of that graph
     * @param folded what it became
     * @param seed of the probes
     */
    public LayerAudit(GraphFacts training, Graph folded, long seed) {
        this.training = training.graph();
        this.shapes = training.shapes().typical();
        this.folded = folded;
        this.nodes = folded.nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
        this.seed = seed;
    }

    /** The measured errors of {@code layer}, a folded one. */
    public LayerErrors errors(Layer layer) {
        RandomGenerator random = new SplittableRandom(seed ^ layer.node().name().hashCode());
        TrainedLayer trained = new TrainedLayer(training, layer);
        List<Patch> patches = new PatchSampler(layer, inputShape(layer), outputShape(layer), random).sample(POSITIONS);
        int[] outputs = SampledChannels.of(layer.layout().outputs(), random);
        List<Channel> channels = channels(layer, outputs);
        double least = layer.type().leastNormal();
        return new LayerErrors(
                region(patches, true, channels, trained, least),
                region(patches, false, channels, trained, least),
                outputs.length,
                trained.cancellation(outputs));
    }

    private static LayerErrors.Region region(
            List<Patch> all, boolean border, List<Channel> channels, TrainedLayer trained, double least) {
        List<Patch> patches =
                all.stream().filter(patch -> patch.border() == border).toList();
        LargestErrors errors = new LargestErrors();
        for (Patch x : patches) {
            for (Channel channel : channels) {
                errors.add(
                        trained.at(channel.output(), x),
                        x.through(channel.exact(), channel.first()),
                        x.through(channel.rounded(), channel.first()),
                        x.magnitude(channel.exact(), channel.first(), least));
            }
        }
        return errors.region(patches.size());
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
        return Optional.ofNullable(shapes.get(layer.node().inputs().get(0))).orElseGet(() -> smallest(layer));
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
        return Optional.ofNullable(shapes.get(layer.node().output())).orElseGet(() -> {
            List<Optional<Operand>> operands =
                    List.of(Optional.of(Operand.of(inputShape(layer))), Optional.of(Operand.of(layer.kernelShape())));
            return Shapes.infer(layer.node(), operands).get(0);
        });
    }
}
