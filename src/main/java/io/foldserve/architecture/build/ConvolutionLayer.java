package io.foldserve.architecture.build;

import io.foldserve.architecture.convention.StoredWeights;
import io.foldserve.architecture.declare.BorderPadding;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.PaddingMode;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Adds a convolution of either form: {@code torch.nn.Conv2d} if the checkpoint holds {@code x.weight}, DOConv2d (Cao et
 * al., "DO-Conv: Depthwise Over-parameterized Convolutional Layer", and its PyTorch reference) if it holds {@code x.W}
 * and {@code x.D}. A DOConv2d that was folded after training, as DeepRFT's {@code DOConv2d_eval} is, has only {@code
 * x.W}, of four axes: an ordinary kernel.
 */
final class ConvolutionLayer {
    private static final String OUT = ".out";

    private final GraphSketch sketch;
    private final StoredWeights weights;
    private final DoConvKernel doConv;

    ConvolutionLayer(GraphSketch sketch, StoredWeights weights, DoConvKernel doConv) {
        this.sketch = sketch;
        this.weights = weights;
        this.doConv = doConv;
    }

    /** Adds {@code convolution} at {@code path} to the image {@code x}. */
    Activation add(String path, DeclaredConvolution convolution, Activation x) {
        if (refuseForgottenGroups(path, convolution, x.channels().value())) {
            return unchecked(path, convolution, x);
        }
        refuseUnevenGroups(path, convolution, x.channels().value());
        boolean overParameterised = weights.holds(path + ".W") || weights.holds(path + ".D");
        boolean plain = weights.holds(path + ".weight") || !overParameterised;
        String kernel = plain ? kernel(path + ".weight", convolution, x) : doConvKernel(path, convolution, x);
        BorderPadding.Fixed padding = convolution
                .padding()
                .around(x.size(), convolution.kernel(), convolution.stride(), convolution.dilation());
        boolean zeros = convolution.mode() == PaddingMode.ZEROS;
        Activation padded = zeros
                ? x
                : pad(
                        path,
                        convolution.mode(),
                        plain ? padding.before() : padding.before().swapped(),
                        x);
        Window window = window(convolution, zeros ? padding : BorderPadding.of(0));
        Pair size = sketch.positive(
                path,
                window.outputs(0, padded.size().height()),
                window.outputs(1, padded.size().width()));
        List<String> inputs = new ArrayList<>(List.of(padded.value(), kernel));
        if (hasBias(path, convolution.bias())) {
            inputs.add(sketch.parameter(path + ".bias", convolution.out()));
        }
        sketch.add("Conv", path, inputs, attributes(window, convolution.groups()));
        return new Activation(
                path,
                sketch.shape(path, convolution.out().value(), size.height(), size.width()),
                convolution.out().option());
    }

    /**
     * Refuses a kernel of fewer input channels than reach the layer, which is one of several groups; true if it did. To
     * change what the layer before gives would make that kernel fit too, and be wrong.
     */
    private boolean refuseForgottenGroups(String path, DeclaredConvolution convolution, int in) {
        String option = convolution.out().option();
        String key = path + (weights.holds(path + ".W") ? ".W" : ".weight");
        Optional<Shape> kernel = weights.shape(key).filter(shape -> shape.rank() >= 3 && shape.extent(1) > 0);
        if (kernel.isEmpty() || !option.endsWith(OUT)) {
            return false;
        }
        int groups = in / kernel.get().extent(1);
        boolean forgotten = groups > 1
                && convolution.groups() == 1
                && groups * kernel.get().extent(1) == in
                && kernel.get().extent(0) == convolution.out().value()
                && convolution.out().value() % groups == 0;
        if (forgotten) {
            String setting = option.substring(0, option.length() - OUT.length()) + ".groups";
            weights.drop(path);
            weights.propose(setting, groups);
            sketch.refuse("%s is %s, a kernel of %d groups over the %d channels that reach it: set %s: %d"
                    .formatted(key, kernel.get(), groups, in, setting, groups));
        }
        return forgotten;
    }

    /** What the layer makes of {@code x}, for those after it. */
    private Activation unchecked(String path, DeclaredConvolution convolution, Activation x) {
        BorderPadding.Fixed padding = convolution
                .padding()
                .around(x.size(), convolution.kernel(), convolution.stride(), convolution.dilation());
        Window window = window(convolution, padding);
        Pair size = sketch.positive(
                path,
                window.outputs(0, x.size().height()),
                window.outputs(1, x.size().width()));
        return new Activation(
                path,
                sketch.shape(path, convolution.out().value(), size.height(), size.width()),
                convolution.out().option());
    }

    private void refuseUnevenGroups(String path, DeclaredConvolution convolution, int in) {
        int groups = convolution.groups();
        if (in % groups != 0 || convolution.out().value() % groups != 0) {
            sketch.refuse("%s: %d input and %d output channels do not divide into %d groups"
                    .formatted(path, in, convolution.out().value(), groups));
        }
    }

    private String doConvKernel(String path, DeclaredConvolution convolution, Activation x) {
        boolean fourAxes =
                weights.shape(path + ".W").filter(shape -> shape.rank() == 4).isPresent();
        return fourAxes && !weights.holds(path + ".D")
                ? kernel(path + ".W", convolution, x)
                : doConv.add(path, convolution, x.channels());
    }

    private String kernel(String key, DeclaredConvolution convolution, Activation x) {
        Extent perGroup = convolution.groups() == 1
                ? x.channels()
                : Extent.of(x.channels().value() / convolution.groups());
        return sketch.parameter(
                key,
                convolution.out(),
                perGroup,
                Extent.of(convolution.kernel().height()),
                Extent.of(convolution.kernel().width()));
    }

    private boolean hasBias(String path, DeclaredConvolution.Bias bias) {
        return switch (bias) {
            case REQUIRED -> true;
            case NONE -> false;
            case AS_STORED -> weights.holds(path + ".bias");
        };
    }

    /**
     * Pads in a mode other than zeros, which ONNX's Conv does not know. DOConv2d hands (h, h, w, w) to {@code F.pad},
     * which lists the last axis first: the height is padded by the width's padding and the other way round. Networks
     * were trained with that, so it is kept.
     */
    private Activation pad(String path, PaddingMode mode, Pair padding, Activation x) {
        if (padding.equals(Pair.of(0))) {
            return x;
        }
        int h = padding.height();
        int w = padding.width();
        Pair size = x.size();
        if (h > mode.limit(size.height()) || w > mode.limit(size.width())) {
            sketch.refuse("%s: a %s padding of %s is more than an input of %s has to offer"
                    .formatted(path, mode.label(), padding, size));
        }
        String padded = path + "/pad";
        String pads = sketch.constant(padded + "/pads", List.of(0, 0, h, w, 0, 0, h, w));
        sketch.add("Pad", padded, List.of(x.value(), pads), Map.of("mode", Attribute.of(mode.onnx())));
        return new Activation(
                padded,
                sketch.shape(padded, x.channels().value(), size.height() + 2 * h, size.width() + 2 * w),
                x.option());
    }

    private static Window window(DeclaredConvolution convolution, BorderPadding.Fixed padding) {
        return new Window(
                convolution.kernel().toList(),
                convolution.stride().toList(),
                convolution.dilation().toList(),
                padding.before().toList(),
                padding.after().toList());
    }

    private static Map<String, Attribute> attributes(Window window, int groups) {
        return Map.of(
                "kernel_shape", Attribute.ints(window.kernel()),
                "strides", Attribute.ints(window.strides()),
                "dilations", Attribute.ints(window.dilations()),
                "pads", Attribute.ints(window.pads()),
                "group", Attribute.of((long) groups));
    }
}
