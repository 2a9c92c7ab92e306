package io.foldserve.architecture.build;

import io.foldserve.architecture.declare.Pair;
import io.foldserve.graph.Attribute;
import java.util.List;
import java.util.Map;

/** Adds nodes without parameters that change an image's size or its number of channels. */
public final class Resampling {
    private final GraphSketch sketch;

    Resampling(GraphSketch sketch) {
        this.sketch = sketch;
    }

    /** Bilinear interpolation to {@code size}, as {@code F.interpolate(…, align_corners=False)}. */
    public Activation interpolate(String path, Pair size, Activation x) {
        return resize(path, "half_pixel", size, x);
    }

    /** Bilinear interpolation to {@code size} that keeps the corners, as {@code align_corners=True}. */
    public Activation interpolateAligned(String path, Pair size, Activation x) {
        return resize(path, "align_corners", size, x);
    }

    private Activation resize(String path, String coordinates, Pair size, Activation x) {
        int channels = x.channels().value();
        String sizes = sketch.constant(path + "/sizes", List.of(1, channels, size.height(), size.width()));
        sketch.add(
                "Resize",
                path,
                List.of(x.value(), "", "", sizes),
                Map.of(
                        "mode", Attribute.of("linear"),
                        "coordinate_transformation_mode", Attribute.of(coordinates)));
        return new Activation(path, sketch.shape(path, channels, size.height(), size.width()), x.option());
    }

    /** The positions of even row and column. */
    public Activation everyOther(String path, Activation x) {
        String starts = sketch.constant(path + "/starts", List.of(0, 0));
        String ends = sketch.constant(path + "/ends", List.of(Integer.MAX_VALUE, Integer.MAX_VALUE));
        String axes = sketch.constant(path + "/axes", List.of(2, 3));
        String steps = sketch.constant(path + "/steps", List.of(2, 2));
        sketch.add("Slice", path, List.of(x.value(), starts, ends, axes, steps), Map.of());
        Pair size = x.size();
        return new Activation(
                path,
                sketch.shape(path, x.channels().value(), (size.height() + 1) / 2, (size.width() + 1) / 2),
                x.option());
    }

    /** {@code added} channels of zeros before and as many after those of {@code x}. */
    public Activation padChannels(String path, int added, Activation x) {
        zeros(path, List.of(0, added, 0, 0, 0, added, 0, 0), x);
        Pair size = x.size();
        int channels = x.channels().value() + 2 * added;
        return new Activation(path, sketch.shape(path, channels, size.height(), size.width()), "");
    }

    /** Zeros around {@code x} up to {@code size}; where their number is odd, the larger half after it. */
    public Activation padTo(String path, Pair size, Activation x) {
        int h = size.height() - x.size().height();
        int w = size.width() - x.size().width();
        if (h == 0 && w == 0) {
            return x;
        }
        zeros(path, List.of(0, 0, h / 2, w / 2, 0, 0, h - h / 2, w - w / 2), x);
        return new Activation(path, sketch.shape(path, x.channels().value(), size.height(), size.width()), x.option());
    }

    private void zeros(String path, List<Integer> pads, Activation x) {
        String constant = sketch.constant(path + "/pads", pads);
        sketch.add("Pad", path, List.of(x.value(), constant), Map.of("mode", Attribute.of("constant")));
    }
}
