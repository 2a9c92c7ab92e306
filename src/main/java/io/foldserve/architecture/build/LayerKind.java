package io.foldserve.architecture.build;

import io.foldserve.architecture.declare.BorderPadding;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.architecture.declare.PaddingMode;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.architecture.declare.PoolingWindow;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import io.foldserve.declaration.ValueTypes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A kind of layer that a list of layers can name, and how its options are read. Defaults are those of {@code torch.nn}.
 * Immutable and thread-safe.
 *
 * @param meaning what such a layer does, one sentence
 * @param stored whether a checkpoint holds tensors of such a layer
 * @param keys the options of such a layer
 * @param reader reads them from a section that has them
 */
public record LayerKind(String meaning, boolean stored, Keys keys, Function<Section, Layer> reader) {
    /** What a layer's name, or the prefix of all, may be: that of the module which holds its tensors. */
    public static final Pattern PATH = Pattern.compile("[\\w-]+(\\.[\\w-]+)*");

    /** The rule of {@link #PATH} in words. */
    public static final String PATH_RULE = "names of letters, digits, _ and - joined by dots";

    /** The layer's name. */
    public static final Key<String> NAME = Key.optional(
            "name",
            ValueTypes.text(PATH_RULE, PATH),
            "the layer's place in the list, from 0",
            "Names the layer as its tensors do, after the network's prefix.",
            "features.conv1");

    private static final Keys NAME_ONLY = Keys.of(NAME);

    private static final Key<Integer> OUT =
            Key.required("out", NetworkKeys.extent(), "Sets the number of output channels or features.", "64");
    private static final Key<Pair> KERNEL =
            Key.required("kernel", Pair.type(1), "Sets the kernel's or the window's taps per axis.", "3");
    private static final Key<Pair> STRIDE = Key.of("stride", Pair.type(1), Pair.of(1), "Sets the steps per axis.", "2")
            .saying("1");
    private static final Key<BorderPadding> PADDING = Key.<BorderPadding>of(
                    "padding",
                    BorderPadding.type(),
                    BorderPadding.of(0),
                    "Sets the positions added on both sides of each axis; same makes ⌈input/stride⌉ outputs, "
                            + "as in TensorFlow.",
                    "1")
            .saying("0");
    private static final Key<Pair> DILATION = Key.of(
                    "dilation", Pair.type(1), Pair.of(1), "Sets the distance of neighbouring taps.", "2")
            .saying("1");
    private static final Key<Integer> GROUPS =
            Key.of("groups", NetworkKeys.extent(), 1, "Sets the number of groups.", "32");
    private static final Key<Boolean> BIAS =
            Key.of("bias", ValueTypes.flag(), true, "Says whether the layer has a bias.", "false");
    private static final Key<PaddingMode> PADDING_MODE = Key.of(
                    "paddingMode",
                    ValueTypes.choice(PaddingMode.class),
                    PaddingMode.ZEROS,
                    "Says what is read beyond the border.",
                    "reflect")
            .saying("zeros");
    private static final Key<Integer> MULTIPLIER = Key.optional(
            "dMul",
            NetworkKeys.extent(),
            "what the checkpoint holds",
            "Sets the depth multiplier that a DO-Conv layer must have.",
            "9");

    private static final Key<Double> EPSILON = Key.optional(
            "epsilon",
            ValueTypes.positive(1),
            "1e-5; 1e-3 with a checkpoint of Keras or TensorFlow",
            "Sets what is added to the variance.",
            "1e-3");

    private static final Key<Boolean> SCALED = Key.of(
            "scale", ValueTypes.flag(), true, "Says whether the norm multiplies by a γ; Keras's may not.", "false");
    private static final Key<Boolean> CENTRED =
            Key.of("center", ValueTypes.flag(), true, "Says whether the norm adds a β; Keras's may not.", "false");

    private static final Key<Pair> WINDOW_STRIDE =
            Key.optional("stride", Pair.type(1), "the kernel", "Sets the steps per axis.", "2");
    private static final Key<Boolean> CEIL =
            Key.of("ceilMode", ValueTypes.flag(), false, "Lets a last window reach beyond the padded input.", "true");
    private static final Key<Boolean> COUNT_PADDING = Key.of(
                    "countIncludePad", ValueTypes.flag(), true, "Counts the padding as zeros in the average.", "false")
            .saying("true; false where padding is same");
    private static final Key<Pair> OUTPUT =
            Key.required("output", Pair.type(1), "Sets the number of windows per axis.", "1");

    private static final Keys POOLING = Keys.of(KERNEL, WINDOW_STRIDE, PADDING, CEIL, NAME);

    /** All kinds by name. */
    public static final Map<String, LayerKind> KINDS = kinds();

    /** Reads the options of one layer. */
    public Layer read(Section section) {
        return reader.apply(section);
    }

    /** True if such a layer can be declared by its kind's name alone. */
    public boolean isComplete() {
        return keys.all().stream().noneMatch(Key::required);
    }

    private static Map<String, LayerKind> kinds() {
        Map<String, LayerKind> kinds = new LinkedHashMap<>();
        kinds.put(
                "conv",
                new LayerKind(
                        "Convolves, plain or DO-Conv as the checkpoint says.",
                        true,
                        Keys.of(OUT, KERNEL, STRIDE, PADDING, DILATION, GROUPS, BIAS, PADDING_MODE, MULTIPLIER, NAME),
                        LayerKind::convolution));
        kinds.put(
                "batchNorm",
                new LayerKind(
                        "Normalises by running statistics.",
                        true,
                        Keys.of(EPSILON, SCALED, CENTRED, NAME),
                        LayerKind::batchNorm));
        kinds.put("relu", plain("Computes max(x, 0).", NetworkBuilder::relu));
        kinds.put("relu6", plain("Computes min(max(x, 0), 6).", NetworkBuilder::relu6));
        kinds.put("sigmoid", plain("Computes 1/(1 + exp(−x)).", NetworkBuilder::sigmoid));
        kinds.put("hardSwish", plain("Computes x·min(max(x/6 + 1/2, 0), 1).", NetworkBuilder::hardSwish));
        kinds.put("hardSigmoid", plain("Computes min(max(x/6 + 1/2, 0), 1).", NetworkBuilder::hardSigmoid));
        kinds.put("maxPool", new LayerKind("Takes each window's maximum.", false, POOLING, LayerKind::maxPool));
        kinds.put(
                "avgPool",
                new LayerKind(
                        "Takes each window's average.",
                        false,
                        Keys.of(KERNEL, WINDOW_STRIDE, PADDING, CEIL, COUNT_PADDING, NAME),
                        LayerKind::averagePool));
        kinds.put(
                "adaptiveAvgPool",
                new LayerKind(
                        "Averages over so many windows.",
                        false,
                        Keys.of(OUTPUT, NAME),
                        LayerKind::adaptiveAveragePool));
        kinds.put("flatten", plain("Makes an image a vector.", NetworkBuilder::flatten));
        kinds.put(
                "linear",
                new LayerKind("Multiplies a vector by a matrix.", true, Keys.of(OUT, BIAS, NAME), LayerKind::linear));
        kinds.put("dropout", plain("Does nothing, as when evaluated.", (net, path, x) -> x));
        return Collections.unmodifiableMap(kinds);
    }

    private static LayerKind plain(String meaning, Layer layer) {
        return new LayerKind(meaning, false, NAME_ONLY, section -> layer);
    }

    private static Layer batchNorm(Section section) {
        Optional<Double> epsilon = section.find(EPSILON);
        boolean scaled = section.read(SCALED);
        boolean centred = section.read(CENTRED);
        return (net, path, x) -> net.batchNorm(path, epsilon, scaled, centred, x);
    }

    private static Layer linear(Section section) {
        Extent out = Extent.read(section, OUT);
        boolean bias = section.read(BIAS);
        return (net, path, x) -> net.linear(path, out, bias, x);
    }

    private static Layer adaptiveAveragePool(Section section) {
        Pair outputs = section.find(OUTPUT).orElse(Pair.of(1));
        return (net, path, x) -> net.adaptiveAveragePool(path, outputs, x);
    }

    private static Layer maxPool(Section section) {
        PoolingWindow pooling = pooling(section);
        return (net, path, x) -> net.maxPool(path, pooling, x);
    }

    private static Layer averagePool(Section section) {
        PoolingWindow pooling = pooling(section);
        boolean countPadding = section.read(COUNT_PADDING);
        return (net, path, x) -> net.averagePool(path, pooling, countPadding, x);
    }

    private static Layer convolution(Section section) {
        Extent out = Extent.read(section, OUT);
        Pair kernel = section.find(KERNEL).orElse(Pair.of(1));
        Pair stride = section.read(STRIDE);
        BorderPadding padding = section.read(PADDING);
        Pair dilation = section.read(DILATION);
        int groups = section.read(GROUPS);
        DeclaredConvolution.Bias bias =
                section.read(BIAS) ? DeclaredConvolution.Bias.REQUIRED : DeclaredConvolution.Bias.NONE;
        PaddingMode mode = section.read(PADDING_MODE);
        if (padding.equals(BorderPadding.SAME) && mode != PaddingMode.ZEROS) {
            section.refuse(PADDING, "numbers, since same is zeros and paddingMode is " + mode.label());
        }
        OptionalInt multiplier = section.find(MULTIPLIER).map(OptionalInt::of).orElse(OptionalInt.empty());
        DeclaredConvolution convolution =
                new DeclaredConvolution(out, kernel, stride, padding, dilation, groups, bias, mode, multiplier);
        return (net, path, x) -> net.convolution(path, convolution, x);
    }

    private static PoolingWindow pooling(Section section) {
        Pair kernel = section.find(KERNEL).orElse(Pair.of(1));
        Pair stride = section.find(WINDOW_STRIDE).orElse(kernel);
        BorderPadding padding = section.read(PADDING);
        boolean ceil = section.read(CEIL);
        if (padding instanceof BorderPadding.Fixed fixed
                && section.has(KERNEL)
                && (2 * fixed.before().height() > kernel.height()
                        || 2 * fixed.before().width() > kernel.width())) {
            section.refuse(PADDING, "at most half the kernel of " + kernel);
        }
        if (ceil && padding.equals(BorderPadding.SAME)) {
            section.refuse(CEIL, "false, since padding is same");
        }
        return new PoolingWindow(kernel, stride, padding, ceil);
    }
}
