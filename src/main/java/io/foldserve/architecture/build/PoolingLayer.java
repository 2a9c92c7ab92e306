package io.foldserve.architecture.build;

import io.foldserve.architecture.declare.BorderPadding;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.architecture.declare.PoolingWindow;
import io.foldserve.graph.Attribute;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Adds pooling layers. ONNX's {@code ceil_mode} is never used: what PyTorch's adds is written as explicit padding,
 * which leaves no room for interpretation.
 */
final class PoolingLayer {
    private final GraphSketch sketch;

    PoolingLayer(GraphSketch sketch) {
        this.sketch = sketch;
    }

    /** Adds a maximum; padding never wins. */
    Activation max(String path, PoolingWindow pooling, Activation x) {
        PoolingWindow.Over windows = pooling.over(x.size());
        return pool("MaxPool", path, windows, x.value(), windows.reached(), x, Map.of());
    }

    /**
     * Adds an average. With {@code countPadding} the declared padding counts as zeros in the divisor, unless it is
     * TensorFlow's {@code same}; what {@code ceil} adds beyond it never counts, so when both occur the zeros are put
     * into the input first.
     */
    Activation average(String path, PoolingWindow pooling, boolean countPadding, Activation x) {
        PoolingWindow.Over windows = pooling.over(x.size());
        BorderPadding.Fixed padding = windows.padding();
        BorderPadding.Fixed reached = windows.reached();
        boolean counted = countPadding
                && !padding.equals(BorderPadding.of(0))
                && !pooling.padding().equals(BorderPadding.SAME);
        Map<String, Attribute> divisor = Map.of("count_include_pad", Attribute.of(counted ? 1L : 0L));
        if (!counted || reached.equals(padding)) {
            return pool("AveragePool", path, windows, x.value(), reached, x, divisor);
        }
        String padded = zeroPad(path + "/pad", padding, x);
        Pair after = padding.after();
        Pair beyond = new Pair(
                reached.after().height() - after.height(), reached.after().width() - after.width());
        Map<String, Attribute> inside = Map.of("count_include_pad", Attribute.of(0L));
        return pool("AveragePool", path, windows, padded, new BorderPadding.Fixed(Pair.of(0), beyond), x, inside);
    }

    /** Adds the average of each channel. */
    Activation globalAverage(String path, Activation x) {
        sketch.add("GlobalAveragePool", path, List.of(x.value()), Map.of());
        return new Activation(path, sketch.shape(path, x.channels().value(), 1, 1), x.option());
    }

    /**
     * Adds {@code torch.nn.AdaptiveAvgPool2d(outputs)}, whose window i spans ⌊i·in/out⌋ to ⌈(i+1)·in/out⌉. Where these
     * windows differ in length or distance, which no pooling of ONNX computes, the average is a matrix product along
     * each axis.
     */
    Activation adaptiveAverage(String path, Pair outputs, Activation x) {
        if (outputs.equals(x.size())) {
            return x;
        }
        if (outputs.equals(Pair.of(1))) {
            return globalAverage(path, x);
        }
        Optional<Pair> vertical = regularWindow(x.size().height(), outputs.height());
        Optional<Pair> horizontal = regularWindow(x.size().width(), outputs.width());
        if (vertical.isEmpty() || horizontal.isEmpty()) {
            return irregularAverage(path, outputs, x);
        }
        Pair kernel = new Pair(vertical.get().height(), horizontal.get().height());
        Pair stride = new Pair(vertical.get().width(), horizontal.get().width());
        return average(path, new PoolingWindow(kernel, stride, BorderPadding.of(0), false), false, x);
    }

    // Sums along each axis, divided by the windows' areas: whole numbers, which float32 holds exactly.
    private Activation irregularAverage(String path, Pair outputs, Activation x) {
        Pair in = x.size();
        int height = outputs.height();
        int width = outputs.width();
        float[] down = new float[height * in.height()];
        float[] across = new float[in.width() * width];
        float[] areas = new float[height * width];
        for (int i = 0; i < height; i++) {
            Arrays.fill(
                    down,
                    i * in.height() + start(i, in.height(), height),
                    i * in.height() + end(i, in.height(), height),
                    1);
        }
        for (int j = 0; j < width; j++) {
            for (int column = start(j, in.width(), width); column < end(j, in.width(), width); column++) {
                across[column * width + j] = 1;
            }
        }
        for (int i = 0; i < areas.length; i++) {
            areas[i] = length(i / width, in.height(), height) * length(i % width, in.width(), width);
        }
        String rows = sketch.constant(path + "/rows", Tensor.ofFloats(Shape.of(height, in.height()), down));
        String columns = sketch.constant(path + "/columns", Tensor.ofFloats(Shape.of(in.width(), width), across));
        String area = sketch.constant(path + "/areas", Tensor.ofFloats(Shape.of(height, width), areas));
        String vertical = sketch.add("MatMul", path + "/vertical", List.of(rows, x.value()), Map.of());
        String sums = sketch.add("MatMul", path + "/sums", List.of(vertical, columns), Map.of());
        sketch.add("Div", path, List.of(sums, area), Map.of());
        return new Activation(path, sketch.shape(path, x.channels().value(), height, width), x.option());
    }

    private static int length(int window, int in, int out) {
        return end(window, in, out) - start(window, in, out);
    }

    private static int start(int window, int in, int out) {
        return (int) ((long) window * in / out);
    }

    private static int end(int window, int in, int out) {
        return (int) (((window + 1L) * in + out - 1) / out);
    }

    /** The length and the distance of the windows along an axis, if all have the same. */
    private static Optional<Pair> regularWindow(int in, int out) {
        int length = (in + out - 1) / out;
        int distance = out == 1 ? 1 : (int) ((long) in / out);
        boolean regular = IntStream.range(0, out).allMatch(i -> {
            int start = start(i, in, out);
            return start == i * distance && end(i, in, out) == start + length;
        });
        return regular && distance > 0 ? Optional.of(new Pair(length, distance)) : Optional.empty();
    }

    /** The name of {@code x} with {@code padding} zeros around it. */
    private String zeroPad(String path, BorderPadding.Fixed padding, Activation x) {
        Pair before = padding.before();
        Pair after = padding.after();
        String pads = sketch.constant(
                path + "/pads", List.of(0, 0, before.height(), before.width(), 0, 0, after.height(), after.width()));
        return sketch.add("Pad", path, List.of(x.value(), pads), Map.of("mode", Attribute.of("constant")));
    }

    /** Pools {@code value}, which is {@code x} or a padded {@code x}; {@code padding} is what is still to come. */
    private Activation pool(
            String op,
            String path,
            PoolingWindow.Over windows,
            String value,
            BorderPadding.Fixed padding,
            Activation x,
            Map<String, Attribute> ofThisKind) {
        Map<String, Attribute> attributes = new HashMap<>(ofThisKind);
        Pair before = padding.before();
        Pair after = padding.after();
        attributes.put("kernel_shape", Attribute.ints(windows.pooling().kernel().toList()));
        attributes.put("strides", Attribute.ints(windows.pooling().stride().toList()));
        attributes.put("pads", Attribute.ints(List.of(before.height(), before.width(), after.height(), after.width())));
        sketch.add(op, path, List.of(value), attributes);
        Pair outputs = windows.outputs();
        Pair size = sketch.positive(path, outputs.height(), outputs.width());
        return new Activation(path, sketch.shape(path, x.channels().value(), size.height(), size.width()), x.option());
    }
}
