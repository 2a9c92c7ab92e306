package io.foldserve.fold;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Shapes;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Composes linear islands at random: branches and sequences of whatever is linear, with an activation now and then. */
final class RandomIslands {
    private static final int CHANNELS = 4;

    private final RandomGenerator random;
    private final TrainingForms forms;
    private int nodes;

    private RandomIslands(long seed) {
        random = new SplittableRandom(seed);
        forms = new TrainingForms(seed, Shape.of(1, CHANNELS, 9, 8));
    }

    /** The island of {@code seed}: input and output of 4 channels; with {@code activations}, it may be several. */
    static Graph of(long seed, boolean activations) {
        RandomIslands islands = new RandomIslands(seed);
        return islands.forms.build(islands.value("image", 3, activations));
    }

    private String name(String kind) {
        return kind + nodes++;
    }

    private String value(String x, int depth, boolean activations) {
        if (activations && random.nextInt(4) == 0) {
            return forms.builder().add("Relu", name("relu"), List.of(value(x, depth - 1, true)));
        }
        if (depth <= 0) {
            return step(x);
        }
        return switch (random.nextInt(4)) {
            case 0 -> step(value(x, depth - 1, activations));
            case 1 -> step(step(x));
            default -> branches(x, depth, activations);
        };
    }

    // Branches keep the extents, so that they can be added.
    private String branches(String x, int depth, boolean activations) {
        String from = random.nextInt(3) == 0 ? value(x, depth - 2, activations) : x;
        String sum = branch(from);
        int more = random.nextInt(1, 4);
        for (int i = 0; i < more; i++) {
            String op = random.nextInt(4) == 0 ? "Sub" : "Add";
            sum = forms.builder().add(op, name("sum"), List.of(sum, branch(from)));
        }
        return sum;
    }

    private String branch(String x) {
        return switch (random.nextInt(13)) {
            case 12 -> norm(resized(norm(resized(x, 2)), 0.5));
            case 11 -> transposed(x, 1);
            case 7 -> bordered(x);
            case 8 -> same(picked(x));
            case 9 -> parts(x);
            case 10 -> cropped(x);
            case 0 -> x;
            case 1 -> norm(x);
            case 2 -> norm(same(x));
            case 3 -> scaled(same(x));
            case 4 -> padded(x);
            case 5 -> norm(pool(x, 3, 1, 1));
            default -> same(x);
        };
    }

    // 1×1 padded, normalised, then K×K without padding: a DBB's border.
    private String padded(String x) {
        int dilation = random.nextInt(1, 3);
        Map<String, Attribute> wide = TrainingForms.attributes(1, 1, groups(), pads(dilation));
        String inner = norm(conv(x, wide, 1, 1));
        Map<String, Attribute> narrow = TrainingForms.attributes(1, dilation, groups(), pads(0));
        return norm(conv(inner, narrow, 3, 3));
    }

    private String same(String x) {
        int dilation = random.nextInt(1, 3);
        return switch (random.nextInt(4)) {
            case 0 -> conv(x, TrainingForms.attributes(1, dilation, groups(), pads(dilation)), 3, 3);
            case 1 -> conv(x, TrainingForms.attributes(1, 1, groups(), List.of(1, 0, 1, 0)), 3, 1);
            case 2 -> conv(x, TrainingForms.attributes(1, 1, groups(), List.of(0, 0, 0, 1)), 1, 2);
            default -> conv(x, TrainingForms.attributes(1, 1, groups(), pads(0)), 1, 1);
        };
    }

    private String step(String x) {
        return switch (random.nextInt(10)) {
            case 9 -> resized(x, List.of(0.5, 1.0, 1.5, 2.0).get(random.nextInt(4)));
            case 6 -> picked(x);
            case 7 -> bordered(x);
            case 8 -> transposed(x, random.nextInt(1, 3));
            case 0 -> norm(x);
            case 1 -> scaled(x);
            case 2 -> pool(x, 2, 1, 0);
            case 3 -> forms.builder().add("Identity", name("same"), List.of(x));
            case 4 -> {
                Map<String, Attribute> strided = TrainingForms.attributes(random.nextInt(1, 3), 1, groups(), pads(1));
                yield conv(x, strided, random.nextInt(1, 4), random.nextInt(1, 4));
            }
            default -> same(x);
        };
    }

    private Shape shape(String x) {
        return Optional.ofNullable(Shapes.infer(forms.builder().build()).get(x)).orElseThrow();
    }

    private String longs(String name, long... values) {
        return forms.builder().constant(name, Tensor.ofLongs(Shape.of(values.length), values));
    }

    // A padding of any mode, on one axis or both, before a kernel that takes it away.
    private String bordered(String x) {
        Shape shape = shape(x);
        String mode = List.of("reflect", "edge", "wrap", "constant").get(random.nextInt(4));
        int columns = random.nextInt(2);
        if (shape.extent(2) < 2 || shape.extent(3) < 2) {
            return same(x);
        }
        String name = name("pad");
        List<String> inputs = new ArrayList<>(List.of(x, longs(name + ".pads", 0, 0, 1, columns, 0, 0, 1, columns)));
        if (mode.equals("constant")) {
            inputs.add(forms.builder().constant(name + ".value", Tensor.ofFloats(Shape.of(), new float[] {0.75f})));
        }
        forms.builder().add("Pad", name, inputs, Map.of("mode", Attribute.of(mode)));
        Map<String, Attribute> valid = TrainingForms.attributes(1, 1, groups(), pads(0));
        return conv(random.nextBoolean() ? norm(name) : name, valid, 3, 1 + 2 * columns);
    }

    // A larger padding, then a slice that takes it away.
    private String cropped(String x) {
        String wide = conv(x, TrainingForms.attributes(1, 1, groups(), pads(2)), 3, 3);
        String name = name("slice");
        return forms.builder()
                .add(
                        "Slice",
                        name,
                        List.of(
                                wide,
                                longs(name + ".starts", 1, 1),
                                longs(name + ".ends", -1, -1),
                                longs(name + ".axes", 2, 3)));
    }

    // Of every way of interpolating, by scales or by sizes, which name the channels.
    private String resized(String x, double scale) {
        Shape shape = shape(x);
        int height = (int) Math.max(1, shape.extent(2) * scale);
        int width = (int) Math.max(1, shape.extent(3) * scale);
        String name = name("resize");
        boolean sized = random.nextBoolean() || height > shape.extent(2) * scale || width > shape.extent(3) * scale;
        String amounts = sized
                ? longs(name + ".sizes", 1, CHANNELS, height, width)
                : forms.builder().constant(name + ".scales", Tensor.ofFloats(Shape.of(4), new float[] {
                    1, 1, (float) scale, (float) scale
                }));
        List<String> inputs = sized ? List.of(x, "", "", amounts) : List.of(x, "", amounts);
        String coordinates = List.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")
                .get(random.nextInt(4));
        Map<String, Attribute> attributes = Map.of(
                "mode", Attribute.of(random.nextBoolean() ? "nearest" : "linear"),
                "coordinate_transformation_mode", Attribute.of(coordinates),
                "nearest_mode", Attribute.of(random.nextBoolean() ? "floor" : "round_prefer_ceil"));
        return forms.builder().add("Resize", name, inputs, attributes);
    }

    // Keeps the extents if the stride is one.
    private String transposed(String x, int stride) {
        int groups = groups();
        Tensor kernel = forms.normal(CHANNELS, CHANNELS / groups, 3, 3);
        Optional<Tensor> bias = random.nextBoolean() ? Optional.of(forms.normal(CHANNELS)) : Optional.empty();
        return forms.convTranspose(
                name("transposed"), x, kernel, bias, TrainingForms.attributes(stride, 1, groups, pads(1)));
    }

    // The channels in another order, now and then one of them twice.
    private String picked(String x) {
        return switch (random.nextInt(3)) {
            case 0 -> shuffled(x);
            case 1 -> {
                String name = name("gather");
                String indices = longs(
                        name + ".indices",
                        random.ints(CHANNELS, 0, CHANNELS).asLongStream().toArray());
                yield forms.builder().add("Gather", name, List.of(x, indices), Map.of("axis", Attribute.of(1)));
            }
            default -> {
                List<String> halves = halves(x);
                yield concat(List.of(halves.get(1), halves.get(0)));
            }
        };
    }

    private String shuffled(String x) {
        Shape shape = shape(x);
        String name = name("shuffle");
        String view = longs(name + ".blocks", 1, 2, 2, shape.extent(2), shape.extent(3));
        String whole = longs(name + ".whole", shape.toLongs());
        String blocks = forms.builder().add("Reshape", name + ".view", List.of(x, view));
        String turned = forms.builder()
                .add("Transpose", name + ".turned", List.of(blocks), Map.of("perm", Attribute.ints(0, 2, 1, 3, 4)));
        return forms.builder().add("Reshape", name, List.of(turned, whole));
    }

    private List<String> halves(String x) {
        String name = name("split");
        List<String> outputs = List.of(name + ".first", name + ".second");
        String sizes = longs(name + ".sizes", 2, 2);
        forms.builder().add(new Node(name, "", "Split", List.of(x, sizes), outputs, Map.of("axis", Attribute.of(1))));
        return outputs;
    }

    private String concat(List<String> parts) {
        return forms.builder().add("Concat", name("concat"), parts, Map.of("axis", Attribute.of(1)));
    }

    // Each half on its own: a convolution, or as it is.
    private String parts(String x) {
        List<String> halves = halves(x);
        int groups = random.nextInt(1, 3);
        Map<String, Attribute> padded = TrainingForms.attributes(1, 1, groups, pads(1));
        String first =
                forms.conv(name("part"), halves.get(0), forms.normal(2, 2 / groups, 3, 3), Optional.empty(), padded);
        String second = random.nextInt(3) == 0
                ? halves.get(1)
                : forms.conv(
                        name("part"),
                        halves.get(1),
                        forms.normal(2, 2 / groups, 3, 3),
                        Optional.of(forms.normal(2)),
                        padded);
        return concat(random.nextBoolean() ? List.of(first, second) : List.of(second, first));
    }

    private static List<Integer> pads(int pad) {
        return List.of(pad, pad, pad, pad);
    }

    private int groups() {
        return List.of(1, 1, 2, 4).get(random.nextInt(4));
    }

    private String conv(String x, Map<String, Attribute> attributes, int height, int width) {
        int groups = attributes.get("group") instanceof Attribute.Int group ? Math.toIntExact(group.value()) : 1;
        Tensor kernel = forms.normal(CHANNELS, CHANNELS / groups, height, width);
        Optional<Tensor> bias = random.nextBoolean() ? Optional.of(forms.normal(CHANNELS)) : Optional.empty();
        return forms.conv(name("conv"), x, kernel, bias, attributes);
    }

    // Scales of every sign, and now and then zero, or without a shift.
    private String norm(String x) {
        Tensor zeros = Tensor.ofFloats(Shape.of(CHANNELS), new float[CHANNELS]);
        boolean shifts = random.nextInt(3) > 0;
        return forms.batchNorm(
                name("bn"),
                x,
                1e-5,
                List.of(
                        random.nextInt(8) == 0 ? zeros : forms.normal(CHANNELS),
                        shifts ? forms.normal(CHANNELS) : zeros,
                        shifts ? forms.normal(CHANNELS) : zeros,
                        forms.uniform(0.1, 2, CHANNELS)));
    }

    private String scaled(String x) {
        String op = List.of("Mul", "Add", "Sub", "Div").get(random.nextInt(4));
        String name = name("affine");
        String constant = forms.builder().constant(name + ".value", forms.uniform(0.5, 2, CHANNELS, 1, 1));
        boolean first = random.nextBoolean() && !op.equals("Div");
        return forms.builder().add(op, name, first ? List.of(constant, x) : List.of(x, constant));
    }

    private String pool(String x, int size, int stride, int pad) {
        Map<String, Attribute> attributes = new HashMap<>();
        attributes.put("kernel_shape", Attribute.ints(size, size));
        attributes.put("strides", Attribute.ints(stride, stride));
        attributes.put("pads", Attribute.ints(pads(pad)));
        attributes.put("count_include_pad", Attribute.of(random.nextInt(3) > 0 ? 1 : 0));
        return forms.builder().add("AveragePool", name("pool"), List.of(x), attributes);
    }
}
