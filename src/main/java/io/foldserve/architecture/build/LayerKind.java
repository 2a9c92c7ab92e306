package io.foldserve.architecture.build;

import io.foldserve.architecture.declare.Convolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.Options;
import io.foldserve.architecture.declare.Padding;
import io.foldserve.architecture.declare.PaddingMode;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.architecture.declare.Pooling;
import io.foldserve.architecture.network.LayerList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A kind of layer that a {@link LayerList} can name: how its options are read. Defaults are those of {@code torch.nn};
 * an extent per axis is a number, or a list of height and width.
 *
 * A padding may also be {@code same}, which is TensorFlow's: as much as makes ⌈input/stride⌉ outputs.
 *
 * <ul>
 *   <li>{@code conv}: out, kernel, stride 1, padding 0, paddingMode zeros, dilation 1, groups 1, bias true, dMul (of a
 *       DO-Conv layer; by default what the checkpoint holds)
 *   <li>{@code batchNorm}: epsilon 1e-5, or 1e-3 with a checkpoint of Keras or TensorFlow
 *   <li>{@code relu}, {@code relu6}, {@code sigmoid}, {@code hardSigmoid}, {@code hardSwish}, {@code dropout} (which does nothing here; its p is not asked for), {@code flatten}
 *   <li>{@code maxPool}: kernel, stride (the kernel), padding 0, ceilMode false
 *   <li>{@code avgPool}: as maxPool, and countIncludePad true (false where padding is same)
 *   <li>{@code adaptiveAvgPool}: output
 *   <li>{@code linear}: out, bias true
 * </ul>
 */
@FunctionalInterface
public interface LayerKind {
    /** All kinds by name. */
    Map<String, LayerKind> KINDS = kinds();

    /** Reads the options of one layer. */
    Layer read(Options options);

    private static Map<String, LayerKind> kinds() {
        Map<String, LayerKind> kinds = new LinkedHashMap<>();
        kinds.put("conv", LayerKind::convolution);
        kinds.put("batchNorm", options -> {
            OptionalDouble epsilon = options.optionalFraction("epsilon");
            return (net, path, x) ->
                    epsilon.isPresent() ? net.batchNorm(path, epsilon.getAsDouble(), x) : net.batchNorm(path, x);
        });
        kinds.put("relu", options -> NetworkBuilder::relu);
        kinds.put("relu6", options -> NetworkBuilder::relu6);
        kinds.put("sigmoid", options -> NetworkBuilder::sigmoid);
        kinds.put("hardSwish", options -> NetworkBuilder::hardSwish);
        kinds.put("hardSigmoid", options -> NetworkBuilder::hardSigmoid);
        kinds.put("maxPool", options -> {
            Pooling pooling = pooling(options);
            return (net, path, x) -> net.maxPool(path, pooling, x);
        });
        kinds.put("avgPool", options -> {
            Pooling pooling = pooling(options);
            boolean countPadding = options.flag("countIncludePad", true);
            return (net, path, x) -> net.averagePool(path, pooling, countPadding, x);
        });
        kinds.put("adaptiveAvgPool", options -> {
            Pair outputs = options.pair("output", 1);
            return (net, path, x) -> net.adaptiveAveragePool(path, outputs, x);
        });
        kinds.put("flatten", options -> NetworkBuilder::flatten);
        kinds.put("linear", options -> {
            Extent out = options.extent("out");
            boolean bias = options.flag("bias", true);
            return (net, path, x) -> net.linear(path, out, bias, x);
        });
        kinds.put("dropout", options -> (net, path, x) -> x);
        return Collections.unmodifiableMap(kinds);
    }

    private static Layer convolution(Options options) {
        Extent out = options.extent("out");
        Pair kernel = options.pair("kernel", 1);
        Pair stride = options.pair("stride", 1, Pair.of(1));
        Padding padding = options.padding("padding");
        Pair dilation = options.pair("dilation", 1, Pair.of(1));
        int groups = options.integer("groups", 1, 1);
        Convolution.Bias bias = options.flag("bias", true) ? Convolution.Bias.REQUIRED : Convolution.Bias.NONE;
        PaddingMode mode = options.choice("paddingMode", PaddingMode.labels(), PaddingMode::of)
                .orElse(PaddingMode.ZEROS);
        if (padding.equals(Padding.SAME) && mode != PaddingMode.ZEROS) {
            options.refuse("padding", "numbers, since same is zeros and paddingMode is " + mode.label());
        }
        OptionalInt multiplier = options.optionalInteger("dMul", 1);
        Convolution convolution =
                new Convolution(out, kernel, stride, padding, dilation, groups, bias, mode, multiplier);
        return (net, path, x) -> net.convolution(path, convolution, x);
    }

    private static Pooling pooling(Options options) {
        Pair kernel = options.pair("kernel", 1);
        Pair stride = options.pair("stride", 1, kernel);
        Padding padding = options.padding("padding");
        boolean ceil = options.flag("ceilMode", false);
        if (padding instanceof Padding.Fixed fixed
                && (2 * fixed.before().height() > kernel.height()
                        || 2 * fixed.before().width() > kernel.width())) {
            options.refuse("padding", "at most half the kernel of " + kernel);
        }
        if (ceil && padding.equals(Padding.SAME)) {
            options.refuse("ceilMode", "false, since padding is same");
        }
        return new Pooling(kernel, stride, padding, ceil);
    }
}
