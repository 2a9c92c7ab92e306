package io.foldserve.fold;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * R3: an operator that is linear in one value is read as a term.
 *
 * <p>Algebra: a convolution or matrix product is its kernel; a batch norm or a constant for each channel that is added,
 * subtracted, multiplied or divided by is a diagonal 1×1 kernel and a bias; an average pooling is {@code K[c, 0, a] =
 * 1/(kh·kw)} with one group for each channel; a zero padding is one tap, {@code K = 1}, whose offset is the padding. All
 * constants are made in float64.
 *
 * <p>Source: Ding et al., "Diverse Branch Block", arXiv 2103.13425, section 3.2, transforms I, V and VI.
 *
 * <p>Declines an average that does not count its padding, rounds its output size up, or pads by {@code auto_pad};
 * paddings by other values; constants that vary within a channel; and what {@link LinearOperators} and
 * {@link FoldBatchNorm} decline.
 */
final class LiftLinear {
    static final String NAME = "lift";

    private static final Set<String> ELEMENTWISE = Set.of("Add", "Sub", "Mul", "Div");

    private final ConstantValues constants;
    private final Map<String, Shape> shapes;
    private final LinearOperators operators;

    LiftLinear(Graph graph, ConstantValues constants, Map<String, Shape> shapes) {
        this.constants = constants;
        this.shapes = shapes;
        this.operators = new LinearOperators(graph, constants, shapes);
    }

    /** True for an operator that may be linear in a single value, which is then {@link #operand}. */
    boolean isCandidate(Node node) {
        return node.domain().isEmpty()
                && switch (node.op()) {
                    case "Conv", "Gemm", "MatMul", "BatchNormalization", "AveragePool", "Pad" -> true;
                    default ->
                        ELEMENTWISE.contains(node.op())
                                && node.inputs().stream().anyMatch(constants::contains);
                };
    }

    /** The value in which {@code node} is linear. */
    String operand(Node node) {
        int data = ELEMENTWISE.contains(node.op())
                        && constants.contains(node.inputs().get(0))
                ? 1
                : 0;
        return node.inputs().get(data);
    }

    /** Why the candidate {@code node} is no term, if so. */
    Optional<String> whyNot(Node node) {
        Shape shape = shape(operand(node));
        if (shape.rank() < 2 || shape.extent(0) != 1) {
            return Optional.of("%s %s reads %s of shape %s, not the channels of one example"
                    .formatted(node.op(), node.name(), operand(node), shape));
        }
        return switch (node.op()) {
            case "Conv", "Gemm", "MatMul" -> operators.whyNot(node);
            case "BatchNormalization" ->
                FoldBatchNorm.whyNotStatistics(constants, node, Optional.of(shape.extent(1)))
                        .or(() -> FoldBatchNorm.whyNotFinite(node, FoldBatchNorm.affine(constants, node)));
            case "AveragePool" -> whyNotAverage(node);
            case "Pad" -> whyNotPadding(node, shape);
            default -> whyNotPerChannel(node, shape);
        };
    }

    private static Optional<String> whyNotAverage(Node node) {
        if (node.integer("ceil_mode", 0) != 0) {
            return Optional.of("average pooling %s rounds its output size up".formatted(node.name()));
        }
        if (!node.text("auto_pad", "NOTSET").equals("NOTSET")) {
            return Optional.of("average pooling %s pads by auto_pad".formatted(node.name()));
        }
        boolean padded = node.integers("pads", List.of()).stream().anyMatch(pad -> pad != 0);
        return padded && node.integer("count_include_pad", 0) == 0
                ? Optional.of("average pooling %s leaves its padding out of the mean".formatted(node.name()))
                : Optional.empty();
    }

    private Optional<String> whyNotPadding(Node node, Shape shape) {
        String mode = node.text("mode", "constant");
        if (!mode.equals("constant")) {
            return Optional.of("padding %s is of mode %s".formatted(node.name(), mode));
        }
        Optional<String> amounts = node.input(1).filter(constants::contains);
        if (amounts.isEmpty() || node.input(3).isPresent()) {
            return Optional.of("padding %s does not list constant amounts for all axes".formatted(node.name()));
        }
        long[] pads = constants.evaluate(amounts.get()).toLongs();
        boolean channels = IntStream.of(0, 1, shape.rank(), shape.rank() + 1).anyMatch(i -> pads[i] != 0);
        boolean zero = node.input(2)
                .map(value -> constants.contains(value)
                        && Arrays.stream(constants.evaluate(value).toDoubles()).allMatch(v -> v == 0))
                .orElse(true);
        return channels || !zero
                ? Optional.of("padding %s adds other than zeros around the channels".formatted(node.name()))
                : Optional.empty();
    }

    private Optional<String> whyNotPerChannel(Node node, Shape shape) {
        String value = constant(node);
        boolean inverts = node.is("Div") && constants.contains(node.inputs().get(0));
        if (inverts) {
            return Optional.of("%s divides %s by data".formatted(node.name(), value));
        }
        Tensor tensor = constants.evaluate(value);
        if (!tensor.dtype().isFloating() || !isPerChannel(tensor.shape(), shape)) {
            return Optional.of("tensor %s of shape %s, read by %s %s, is not one value for each of %d channels"
                    .formatted(value, tensor.shape(), node.op(), node.name(), shape.extent(1)));
        }
        Weights affine = affine(node, shape.extent(1));
        boolean finite = Arrays.stream(affine.kernel()).allMatch(Double::isFinite)
                && Arrays.stream(affine.bias()).allMatch(Double::isFinite);
        return finite ? Optional.empty() : Optional.of("tensor %s has values that are not finite".formatted(value));
    }

    // Broadcasting aligns the last axes; only axis 1 of the data may vary.
    private static boolean isPerChannel(Shape constant, Shape data) {
        int channelAxis = constant.rank() - (data.rank() - 1);
        return constant.rank() <= data.rank()
                && IntStream.range(0, constant.rank())
                        .allMatch(axis -> constant.extent(axis) == 1
                                || (axis == channelAxis && constant.extent(axis) == data.extent(1)));
    }

    private String constant(Node node) {
        return node.inputs().get(0).equals(operand(node))
                ? node.inputs().get(1)
                : node.inputs().get(0);
    }

    /** The term that {@code node} is; only if {@link #whyNot} is empty. */
    Term term(Node node) {
        Shape shape = shape(operand(node));
        return switch (node.op()) {
            case "Conv", "Gemm", "MatMul" -> product(node, shape);
            case "BatchNormalization" -> diagonal(node, shape, norm(node));
            case "AveragePool" -> average(node, shape);
            case "Pad" -> padding(node, shape);
            default -> diagonal(node, shape, affine(node, shape.extent(1)));
        };
    }

    private Term product(Node node, Shape shape) {
        Layer layer = operators.layer(node);
        KernelLayout layout = layer.layout();
        List<Integer> kernel = layer.kernelShape().extents();
        List<AxisTaps> axes =
                node.is("Conv") ? axes(Window.of(node, kernel.subList(2, kernel.size()), spatial(shape))) : List.of();
        boolean biased = layer.bias()
                .map(bias -> Arrays.stream(constants.evaluate(bias).toDoubles()).anyMatch(b -> b != 0))
                .orElse(false);
        return new Term(
                Source.of(operand(node)),
                layout.outputs(),
                layout.groupInputs() * layout.groups(),
                layout.groups(),
                axes,
                false,
                biased,
                () -> weights(layer));
    }

    private static Weights weights(Layer layer) {
        KernelLayout layout = layer.layout();
        LinearTerm term = layer.term();
        double[] kernel = new double[layout.outputs() * layout.fanIn()];
        double[] bias = new double[layout.outputs()];
        for (int o = 0, i = 0; o < layout.outputs(); o++) {
            bias[o] = term.bias(o);
            for (int c = 0; c < layout.groupInputs(); c++) {
                for (int a = 0; a < layout.taps(); a++) {
                    kernel[i++] = term.kernel(o, c, a);
                }
            }
        }
        return new Weights(kernel, bias);
    }

    private static List<AxisTaps> axes(Window window) {
        List<AxisTaps> axes = new ArrayList<>();
        for (int axis = 0; axis < window.axes(); axis++) {
            axes.add(new AxisTaps(
                    -window.padsBegin().get(axis),
                    window.dilations().get(axis),
                    window.kernel().get(axis),
                    window.strides().get(axis),
                    window.padsEnd().get(axis)));
        }
        return axes;
    }

    private Term diagonal(Node node, Shape shape, Weights weights) {
        boolean biased = Arrays.stream(weights.bias()).anyMatch(shift -> shift != 0);
        int channels = shape.extent(1);
        return Term.identity(Source.of(operand(node)), channels, shape.rank() - 2)
                .with(biased, () -> weights);
    }

    private Weights norm(Node node) {
        ChannelAffine affine = FoldBatchNorm.affine(constants, node);
        double[] scale = new double[affine.channels()];
        double[] shift = new double[affine.channels()];
        Arrays.setAll(scale, affine::scale);
        Arrays.setAll(shift, affine::shift);
        return new Weights(scale, shift);
    }

    private Weights affine(Node node, int channels) {
        double[] values = constants.evaluate(constant(node)).toDoubles();
        boolean first = constants.contains(node.inputs().get(0));
        double[] scale = new double[channels];
        double[] shift = new double[channels];
        for (int c = 0; c < channels; c++) {
            double value = values[values.length == 1 ? 0 : c];
            scale[c] = switch (node.op()) {
                case "Mul" -> value;
                case "Div" -> 1 / value;
                case "Sub" -> first ? -1 : 1;
                default -> 1;
            };
            shift[c] = switch (node.op()) {
                case "Add" -> value;
                case "Sub" -> first ? value : -value;
                default -> 0;
            };
        }
        return new Weights(scale, shift);
    }

    private Term average(Node node, Shape shape) {
        List<AxisTaps> axes = axes(Window.of(node, node.integers("kernel_shape", List.of()), spatial(shape)));
        int channels = shape.extent(1);
        int taps = axes.stream().mapToInt(AxisTaps::count).reduce(1, Math::multiplyExact);
        return new Term(Source.of(operand(node)), channels, channels, channels, axes, false, false, () -> {
            double[] kernel = new double[channels * taps];
            Arrays.fill(kernel, 1.0 / taps);
            return new Weights(kernel, new double[channels]);
        });
    }

    private Term padding(Node node, Shape shape) {
        long[] pads = constants.evaluate(node.inputs().get(1)).toLongs();
        List<AxisTaps> axes = new ArrayList<>(Collections.nCopies(shape.rank() - 2, AxisTaps.POINT));
        for (int axis = 0; axis < axes.size(); axis++) {
            int begin = Math.toIntExact(pads[axis + 2]);
            int end = Math.toIntExact(pads[axis + 2 + shape.rank()]);
            axes.set(axis, new AxisTaps(-begin, 1, 1, 1, end));
        }
        Term identity = Term.identity(Source.of(operand(node)), shape.extent(1), axes.size());
        return new Term(
                identity.source(),
                identity.outputs(),
                identity.inputs(),
                identity.groups(),
                axes,
                false,
                false,
                identity.weights());
    }

    private static List<Integer> spatial(Shape shape) {
        return shape.extents().subList(2, shape.rank());
    }

    private Shape shape(String value) {
        return Optional.ofNullable(shapes.get(value))
                .orElseThrow(() -> new IllegalStateException("the shape of " + value + " was not inferred"));
    }
}
