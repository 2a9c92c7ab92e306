package io.foldserve.fold;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Builds small training forms as architectures do: nodes named after layers, constants after checkpoint keys. Values
 * are drawn from a seed and rounded to float32, as checkpoints hold them.
 */
public final class TrainingForms {
    private final RandomGenerator random;
    private final GraphBuilder builder;

    public TrainingForms(long seed, Shape input) {
        random = new SplittableRandom(seed);
        builder = new GraphBuilder("net");
        builder.input(Value.of("image", DType.FLOAT32, input));
    }

    public GraphBuilder builder() {
        return builder;
    }

    /** Standard normal float32 values. */
    public Tensor normal(int... extents) {
        Shape shape = Shape.of(extents);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(shape, values);
    }

    /** Float32 values between {@code low} and {@code high}. */
    public Tensor uniform(double low, double high, int... extents) {
        Shape shape = Shape.of(extents);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(low, high);
        }
        return Tensor.ofFloats(shape, values);
    }

    /** The reference's d_diag: ⌊S/MN⌋ identities side by side for each input channel, then zeros. */
    public static Tensor diagonal(int inputs, int taps, int multiplier) {
        float[] values = new float[inputs * taps * multiplier];
        for (int i = 0; i < inputs; i++) {
            for (int tile = 0; tile < multiplier / taps; tile++) {
                for (int m = 0; m < taps; m++) {
                    values[(i * taps + m) * multiplier + tile * taps + m] = 1;
                }
            }
        }
        return Tensor.ofFloats(Shape.of(inputs, taps, multiplier), values);
    }

    /** A plain convolution. */
    public String conv(String name, String x, Tensor weight, Optional<Tensor> bias, Map<String, Attribute> attributes) {
        return convolution("Conv", name, x, builder.constant(name + ".weight", weight), bias, attributes);
    }

    /** A transposed convolution. */
    public String convTranspose(
            String name, String x, Tensor weight, Optional<Tensor> bias, Map<String, Attribute> attributes) {
        return convolution("ConvTranspose", name, x, builder.constant(name + ".weight", weight), bias, attributes);
    }

    /** A DO-Conv layer with W and D drawn at random. */
    public String doConv(
            String name,
            String x,
            Shape kernel,
            int multiplier,
            Optional<Tensor> bias,
            Map<String, Attribute> attributes) {
        int outputs = kernel.extent(0);
        int groups = groups(attributes);
        int inputs = kernel.extent(1) * groups;
        int taps = kernel.extent(2) * kernel.extent(3);
        if (taps == 1) {
            String w = builder.constant(name + ".W", normal(outputs, kernel.extent(1), 1));
            return pointwise(name, x, kernel, w, bias, attributes);
        }
        String d = builder.constant(name + ".D", uniform(-0.3, 0.3, inputs, taps, multiplier));
        String diagonal = builder.constant(name + ".d_diag", diagonal(inputs, taps, multiplier));
        String w = builder.constant(name + ".W", normal(outputs, kernel.extent(1), multiplier));
        return doConv(name, x, kernel, groups, w, d, diagonal, bias, attributes);
    }

    /** A 1×1 DO-Conv layer of the given W. */
    public String pointwise(
            String name, String x, Shape kernel, String w, Optional<Tensor> bias, Map<String, Attribute> attributes) {
        return convolution("Conv", name, x, reshape(name + "/reshape", w, kernel), bias, attributes);
    }

    /** A DO-Conv layer of the given constants. */
    public String doConv(
            String name,
            String x,
            Shape kernel,
            int groups,
            String w,
            String d,
            String diagonal,
            Optional<Tensor> bias,
            Map<String, Attribute> attributes) {
        int inputs = kernel.extent(1) * groups;
        int multiplier = builder.build().constant(w).orElseThrow().shape().extent(2);
        String sum = builder.add("Add", name + "/D", List.of(d, diagonal));
        String wide = reshape(name + "/W", w, Shape.of(kernel.extent(0) / groups, inputs, multiplier));
        String composed = builder.add(
                "Einsum", name + "/kernel", List.of(sum, wide), Map.of("equation", Attribute.of("ims,ois->oim")));
        return convolution("Conv", name, x, reshape(name + "/reshape", composed, kernel), bias, attributes);
    }

    private String reshape(String name, String x, Shape shape) {
        String to = builder.constant(name + ".shape", Tensor.ofLongs(Shape.of(shape.rank()), shape.toLongs()));
        return builder.add("Reshape", name, List.of(x, to));
    }

    private String convolution(
            String op, String name, String x, String kernel, Optional<Tensor> bias, Map<String, Attribute> attributes) {
        return bias.map(tensor ->
                        builder.add(op, name, List.of(x, kernel, builder.constant(name + ".bias", tensor)), attributes))
                .orElseGet(() -> builder.add(op, name, List.of(x, kernel), attributes));
    }

    /** A batch norm with statistics drawn at random. */
    public String batchNorm(String name, String x, int channels) {
        return batchNorm(
                name,
                x,
                1e-5,
                List.of(normal(channels), normal(channels), normal(channels), uniform(0.1, 2, channels)));
    }

    /** A batch norm; {@code statistics} are weight, bias, running mean and running variance. */
    public String batchNorm(String name, String x, double epsilon, List<Tensor> statistics) {
        return builder.add(
                "BatchNormalization",
                name,
                List.of(
                        x,
                        builder.constant(name + ".weight", statistics.get(0)),
                        builder.constant(name + ".bias", statistics.get(1)),
                        builder.constant(name + ".running_mean", statistics.get(2)),
                        builder.constant(name + ".running_var", statistics.get(3))),
                Map.of("epsilon", Attribute.of(epsilon)));
    }

    /** The graph so far with {@code outputs}. */
    public Graph build(String... outputs) {
        for (String output : outputs) {
            builder.output(new Value(output, DType.FLOAT32, List.of()));
        }
        return builder.build();
    }

    /** The attributes of a two-dimensional convolution with the same stride and dilation on both axes. */
    public static Map<String, Attribute> attributes(int stride, int dilation, int groups, List<Integer> pads) {
        Map<String, Attribute> attributes = new HashMap<>();
        attributes.put("strides", Attribute.ints(stride, stride));
        attributes.put("dilations", Attribute.ints(dilation, dilation));
        attributes.put("group", Attribute.of(groups));
        attributes.put("pads", Attribute.ints(pads));
        return attributes;
    }

    private static int groups(Map<String, Attribute> attributes) {
        return attributes.get("group") instanceof Attribute.Int groups ? Math.toIntExact(groups.value()) : 1;
    }
}
