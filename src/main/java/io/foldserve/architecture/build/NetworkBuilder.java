package io.foldserve.architecture.build;

import io.foldserve.architecture.convention.Conventions;
import io.foldserve.architecture.convention.StoredWeights;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.architecture.declare.PoolingWindow;
import io.foldserve.graph.Attribute;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The layers that networks are made of. Every method adds one layer at a path, which is the prefix of its tensors'
 * names in the checkpoint and the name of its node, and returns the layer's output.
 *
 * <p>Nothing is thrown: what does not fit is added to the problems. Not thread-safe.
 */
public final class NetworkBuilder {
    private final GraphSketch sketch;
    private final StoredWeights weights;
    private final List<String> notes = new ArrayList<>();
    private final OptionalDouble declaredEpsilon;
    private final ConvolutionLayer convolutions;
    private final PoolingLayer poolings;
    private final Resampling resampling;
    private final BatchNormLayer norms;
    private double usualEpsilon;

    /**
     * Builds into {@code sketch} from {@code weights}; {@code declaredEpsilon} is that of all batch norms, if there is
     * one.
     */
    public NetworkBuilder(GraphSketch sketch, StoredWeights weights, OptionalDouble declaredEpsilon) {
        this.sketch = sketch;
        this.weights = weights;
        this.declaredEpsilon = declaredEpsilon;
        this.convolutions = new ConvolutionLayer(sketch, weights, new DoConvKernel(sketch, weights, notes));
        this.poolings = new PoolingLayer(sketch);
        this.resampling = new Resampling(sketch);
        this.norms = new BatchNormLayer(sketch, weights);
        this.usualEpsilon = Conventions.epsilon(weights.framework());
    }

    /** What the user should know about the way this network was built. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** Nodes that only change an image's size or number of channels. */
    public Resampling resampling() {
        return resampling;
    }

    /** True if the checkpoint holds {@code key}, for networks of which several versions exist. */
    public boolean holds(String key) {
        return weights.holds(key);
    }

    /** True if the checkpoint holds the kernel of a convolution or linear layer at {@code path}. */
    public boolean holdsLayer(String path) {
        return holds(path + ".weight") || holds(path + ".W");
    }

    /** The shape of the stored kernel of a convolution at {@code path}: outputs, inputs of a group, and its taps. */
    public Optional<Shape> kernel(String path) {
        return weights.shape(path + ".weight").or(() -> weights.shape(path + ".W"));
    }

    /** Adds a problem. */
    public void refuse(String problem) {
        sketch.refuse(problem);
    }

    /** Adds a problem that {@code value} for {@code option} would solve. */
    public void refuse(String problem, String option, Object value) {
        weights.propose(option, value);
        refuse("%s: set %s: %s".formatted(problem, option, value));
    }

    /** Drops every tensor below {@code prefix}, with a note that says so and why. */
    public void drop(String prefix, String reason) {
        List<String> dropped = weights.drop(prefix);
        if (!dropped.isEmpty()) {
            notes.add("dropped %s.* (%s): %s".formatted(prefix, reason, String.join(", ", dropped)));
        }
    }

    /** A convolution, plain or DO-Conv as the checkpoint says. */
    public Activation convolution(String path, DeclaredConvolution convolution, Activation x) {
        return isImage(path, x) ? convolutions.add(path, convolution, x) : named(path, x);
    }

    /** A convolution, its batch norm, and ReLU. */
    public Activation convNormRelu(
            String convolutionPath, String normPath, DeclaredConvolution convolution, Activation x) {
        return relu(batchNorm(normPath, convolution(convolutionPath, convolution, x)));
    }

    /**
     * A transposed convolution whose taps do not overlap ({@code torch.nn.ConvTranspose2d} with kernel = stride =
     * {@code scale}), with a bias.
     */
    public Activation upConvolution(String path, int out, int scale, Activation x) {
        Extent taps = Extent.of(scale);
        String kernel = sketch.parameter(path + ".weight", x.channels(), Extent.of(out), taps, taps);
        String bias = sketch.parameter(path + ".bias", Extent.of(out));
        Attribute both = Attribute.ints(scale, scale);
        sketch.add(
                "ConvTranspose", path, List.of(x.value(), kernel, bias), Map.of("kernel_shape", both, "strides", both));
        Pair size = x.size();
        return new Activation(path, sketch.shape(path, out, scale * size.height(), scale * size.width()), "");
    }

    /** Makes {@code epsilon} that of the batch norms to come, if none is declared. */
    public void usualEpsilon(double epsilon) {
        usualEpsilon = epsilon;
    }

    /** The declared epsilon of batch norms, or else the {@code usual} one. */
    public double epsilon(double usual) {
        return declaredEpsilon.orElse(usual);
    }

    /** A batch norm with the declared epsilon, or the usual one: the framework's, unless a network set another. */
    public Activation batchNorm(String path, Activation x) {
        return batchNorm(path, epsilon(usualEpsilon), x);
    }

    /** A batch norm with the declared epsilon, or the usual one, whose scale is 1 whatever is stored. */
    public Activation batchNormWithoutScale(String path, Activation x) {
        return norms.addWithoutScale(path, epsilon(usualEpsilon), x);
    }

    /** A batch norm with the epsilon declared for it, or else the usual one, perhaps without scale or centre. */
    Activation batchNorm(String path, Optional<Double> epsilon, boolean scaled, boolean centred, Activation x) {
        return norms.add(path, epsilon.orElseGet(() -> epsilon(usualEpsilon)), scaled, centred, x);
    }

    /** A batch norm over its running statistics; see {@link BatchNormLayer}. */
    public Activation batchNorm(String path, double epsilon, Activation x) {
        return norms.add(path, epsilon, x);
    }

    /** max(x, 0), named after its input. */
    public Activation relu(Activation x) {
        return relu(x.value() + "/relu", x);
    }

    /** max(x, 0). */
    public Activation relu(String path, Activation x) {
        return named(sketch.add("Relu", path, List.of(x.value()), Map.of()), x);
    }

    /** min(max(x, 0), 6). */
    public Activation relu6(String path, Activation x) {
        String least = sketch.constant(path + "/min", Tensor.ofFloats(Shape.of(), 0));
        String most = sketch.constant(path + "/max", Tensor.ofFloats(Shape.of(), 6));
        return named(sketch.add("Clip", path, List.of(x.value(), least, most), Map.of()), x);
    }

    /** x·min(max(x/6 + 1/2, 0), 1). */
    public Activation hardSwish(String path, Activation x) {
        return named(sketch.add("HardSwish", path, List.of(x.value()), Map.of()), x);
    }

    /** min(max(x/6 + 1/2, 0), 1). */
    public Activation hardSigmoid(String path, Activation x) {
        Attribute slope = Attribute.of(1.0 / 6);
        return named(sketch.add("HardSigmoid", path, List.of(x.value()), Map.of("alpha", slope)), x);
    }

    /** 1/(1 + exp(−x)). */
    public Activation sigmoid(String path, Activation x) {
        return named(sketch.add("Sigmoid", path, List.of(x.value()), Map.of()), x);
    }

    /** The maximum of each window. */
    public Activation maxPool(String path, PoolingWindow pooling, Activation x) {
        return isImage(path, x) ? poolings.max(path, pooling, x) : named(path, x);
    }

    /** The average of each window; see {@link PoolingLayer#average}. */
    Activation averagePool(String path, PoolingWindow pooling, boolean countPadding, Activation x) {
        return isImage(path, x) ? poolings.average(path, pooling, countPadding, x) : named(path, x);
    }

    /** The average of each of {@code outputs} windows; see {@link PoolingLayer#adaptiveAverage}. */
    public Activation adaptiveAveragePool(String path, Pair outputs, Activation x) {
        return isImage(path, x) ? poolings.adaptiveAverage(path, outputs, x) : named(path, x);
    }

    /** The average of each channel. */
    public Activation globalAveragePool(String path, Activation x) {
        return poolings.globalAverage(path, x);
    }

    /**
     * Channels × height × width as one vector; height × width × channels for frameworks whose last axis are channels.
     */
    public Activation flatten(String path, Activation x) {
        if (!x.isImage()) {
            return x;
        }
        boolean pixel = x.size().equals(Pair.of(1));
        String value = x.value();
        if (!pixel && Conventions.isChannelsLast(weights.framework())) {
            value = sketch.add(
                    "Transpose", path + "/transpose", List.of(value), Map.of("perm", Attribute.ints(0, 2, 3, 1)));
        }
        sketch.add("Flatten", path, List.of(value), Map.of("axis", Attribute.of(1L)));
        String option = pixel ? x.option() : "";
        return new Activation(path, Shape.of(1, x.shape().size()), option);
    }

    /** A linear layer over a vector. */
    public Activation linear(String path, Extent out, boolean bias, Activation x) {
        if (x.isImage()) {
            refuse("%s: a linear layer needs a vector, found an image of %s channels of %s: add a flatten before it"
                    .formatted(path, x.channels().value(), x.size()));
            return named(path, x);
        }
        List<String> inputs = new ArrayList<>();
        inputs.add(x.value());
        inputs.add(sketch.parameter(path + ".weight", out, x.channels()));
        if (bias) {
            inputs.add(sketch.parameter(path + ".bias", out));
        }
        sketch.add("Gemm", path, inputs, Map.of("transB", Attribute.of(1L)));
        return new Activation(path, Shape.of(1, out.value()), out.option());
    }

    /** x + y, which have the same shape. */
    public Activation add(String path, Activation x, Activation y) {
        return named(sketch.add("Add", path, List.of(x.value(), y.value()), Map.of()), x);
    }

    /** x times one factor for each of its channels. */
    public Activation multiply(String path, Activation x, Activation factors) {
        return named(sketch.add("Mul", path, List.of(x.value(), factors.value()), Map.of()), x);
    }

    /** The channels of all {@code parts}, which have the same size. */
    public Activation concatenate(String path, List<Activation> parts) {
        List<String> values = parts.stream().map(Activation::value).toList();
        sketch.add("Concat", path, values, Map.of("axis", Attribute.of(1L)));
        int channels = parts.stream().mapToInt(part -> part.channels().value()).sum();
        Pair size = parts.get(0).size();
        return new Activation(path, sketch.shape(path, channels, size.height(), size.width()), "");
    }

    private Activation named(String value, Activation x) {
        return new Activation(value, x.shape(), x.option());
    }

    private boolean isImage(String path, Activation x) {
        if (!x.isImage()) {
            refuse("%s needs an image, found a vector of %d features"
                    .formatted(path, x.channels().value()));
        }
        return x.isImage();
    }
}
