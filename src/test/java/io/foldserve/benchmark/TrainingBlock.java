package io.foldserve.benchmark;

import io.foldserve.graph.Attribute;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A convolution with its batch norm as one of the methods trains it, with the operators of its PyTorch reference and
 * without the activation. Where an exporter could write a block in several ways, the one with the fewest operators is
 * taken, which is the best for a runtime that does not fold it.
 */
interface TrainingBlock {
    /** Adds the block called {@code name} for {@code x}, and returns its value. */
    String add(Sketch net, String name, String x, Geometry geometry);

    /** Convolution and batch norm, as every method leaves the layers that it does not touch. */
    static String plain(Sketch net, String name, String x, Geometry geometry) {
        return plain(net, name, x, geometry, 1);
    }

    private static String plain(Sketch net, String name, String x, Geometry geometry, double gain) {
        return net.norm(name + ".bn", net.conv(name + ".conv", x, geometry), geometry.out(), gain);
    }

    /** RepVGG, arXiv 2101.03697: 3×3, 1×1 and, where shapes allow, identity, each with its batch norm. */
    static String repVgg(Sketch net, String name, String x, Geometry geometry) {
        return plainBranches(net, name, x, geometry, 1);
    }

    /**
     * MobileOne, arXiv 2206.04040: {@code branches} equal convolutions, a 1×1 beside larger kernels, and, where shapes
     * allow, a batch norm alone.
     */
    static TrainingBlock mobileOne(int branches) {
        return (net, name, x, geometry) -> plainBranches(net, name, x, geometry, branches);
    }

    private static String plainBranches(Sketch net, String name, String x, Geometry geometry, int branches) {
        double gain = 1 / Math.sqrt(branches + 2.0);
        List<String> values = new ArrayList<>();
        if (geometry.height() > 1) {
            values.add(plain(net, name + ".rbr_scale", x, geometry.kernel(1, 1, 0, 0), gain));
        }
        if (geometry.keepsShape()) {
            values.add(net.norm(name + ".rbr_skip", x, geometry.out(), gain));
        }
        for (int i = 0; i < branches; i++) {
            values.add(plain(net, name + ".rbr_conv." + i, x, geometry, gain));
        }
        return net.sum(name, values);
    }

    /** ACNet, arXiv 1908.03930: K×K, K×1 and 1×K. Layers of 1×1, and of 7×7 and larger, stay plain. */
    static String acNet(Sketch net, String name, String x, Geometry geometry) {
        int kernel = geometry.height();
        if (kernel == 1 || kernel >= 7) {
            return plain(net, name, x, geometry);
        }
        double gain = 1 / Math.sqrt(3);
        Geometry vertical = geometry.kernel(kernel, 1, geometry.padY(), 0);
        Geometry horizontal = geometry.kernel(1, kernel, 0, geometry.padX());
        return net.sum(
                name,
                List.of(
                        plain(net, name + ".square", x, geometry, gain),
                        plain(net, name + ".ver", x, vertical, gain),
                        plain(net, name + ".hor", x, horizontal, gain)));
    }

    /**
     * DBB, arXiv 2103.13425: K×K, 1×1, 1×1 and average, 1×1 and K×K. Layers of 1×1, and of 7×7 and larger, stay plain.
     *
     * <p>The batch norms that pad with what they make of zero are written as batch norms of a padded 1×1 convolution,
     * which is zero on its border: the same values in two operators that a runtime can fuse, where exporters write a
     * dozen.
     */
    static String dbb(Sketch net, String name, String x, Geometry geometry) {
        int kernel = geometry.height();
        if (kernel == 1 || kernel >= 7) {
            return plain(net, name, x, geometry);
        }
        Geometry point = geometry.kernel(1, 1, 0, 0);
        return net.sum(
                name,
                List.of(
                        plain(net, name + ".dbb_origin", x, geometry, 0.5),
                        plain(net, name + ".dbb_1x1", x, point, 0.5),
                        average(net, name + ".dbb_avg", x, geometry),
                        sequence(net, name + ".dbb_1x1_kxk", x, geometry)));
    }

    private static String average(Sketch net, String name, String x, Geometry geometry) {
        Geometry reduce =
                geometry.kernel(1, 1, geometry.padY(), geometry.padX()).channels(geometry.in(), geometry.out(), 1);
        Map<String, Attribute> window = Map.of(
                "kernel_shape", Attribute.ints(geometry.height(), geometry.width()),
                "strides", Attribute.ints(geometry.stride(), geometry.stride()));
        String mean = net.add("AveragePool", name + ".avg", List.of(plain(net, name, x, reduce)), window);
        return net.norm(name + ".avgbn", mean, geometry.out(), 0.5);
    }

    // The 1×1 kernel is stored as its difference from the identity.
    private static String sequence(Sketch net, String name, String x, Geometry geometry) {
        Geometry first =
                geometry.kernel(1, 1, geometry.padY(), geometry.padX()).channels(geometry.in(), geometry.in(), 1);
        String residual = net.kernel(name + ".idconv1.conv.weight", first);
        String identity = net.constant(name + ".idconv1.id_tensor", identity(geometry.in()));
        String kernel = net.add("Add", name + ".idconv1.kernel", List.of(residual, identity));
        String inner =
                net.norm(name + ".bn1", net.conv(name + ".idconv1", x, kernel, first), geometry.in(), Math.sqrt(0.5));
        String outer = net.conv(name + ".conv2", inner, geometry.kernel(geometry.height(), geometry.width(), 0, 0));
        return net.norm(name + ".bn2", outer, geometry.out(), 0.5);
    }

    private static Tensor identity(int channels) {
        float[] values = new float[channels * channels];
        for (int c = 0; c < channels; c++) {
            values[c * channels + c] = 1;
        }
        return Tensor.ofFloats(Shape.of(channels, channels, 1, 1), values);
    }

    /**
     * ExpandNet-CL, arXiv 1811.10495, with an expansion rate of 4: a padded 1×1, K×K and 1×1, all in the groups of the
     * one.
     */
    static String expandNet(Sketch net, String name, String x, Geometry geometry) {
        int in = 4 * geometry.in();
        int out = 4 * geometry.out();
        Geometry expand =
                geometry.kernel(1, 1, geometry.padY(), geometry.padX()).channels(geometry.in(), in, 1);
        Geometry middle =
                geometry.kernel(geometry.height(), geometry.width(), 0, 0).channels(in, out, geometry.stride());
        Geometry reduce = geometry.kernel(1, 1, 0, 0).channels(out, geometry.out(), 1);
        String expanded = net.conv(name + ".0", x, expand);
        String convolved = net.conv(name + ".1", expanded, middle);
        return net.norm(name + ".3", net.conv(name + ".2", convolved, reduce), geometry.out(), 0.5);
    }

    /** DO-Conv, arXiv 2006.12030, with its default multiplier: a kernel that W, D and the fixed diagonal compose. */
    static String doConv(Sketch net, String name, String x, Geometry geometry) {
        int taps = geometry.height() * geometry.width();
        double bound = Math.sqrt(6.0 / (geometry.in() * taps));
        String w = net.uniform(name + ".W", Shape.of(geometry.out(), geometry.in(), taps), -bound, bound);
        String composed = w;
        if (taps > 1) {
            Shape depthwise = Shape.of(geometry.in(), taps, taps);
            String d = net.uniform(name + ".D", depthwise, -0.1, 0.1);
            String diagonal = net.constant(name + ".d_diag", diagonal(depthwise));
            String sum = net.add("Add", name + ".D/sum", List.of(d, diagonal));
            composed = net.add(
                    "Einsum", name + ".kernel", List.of(sum, w), Map.of("equation", Attribute.of("ims,ois->oim")));
        }
        Shape shape = Shape.of(geometry.out(), geometry.in(), geometry.height(), geometry.width());
        String extents = net.constant(name + ".shape", Tensor.ofLongs(Shape.of(4), shape.toLongs()));
        String kernel = net.add("Reshape", name + ".reshape", List.of(composed, extents));
        return net.norm(name + ".bn", net.conv(name + ".conv", x, kernel, geometry), geometry.out(), 1);
    }

    private static Tensor diagonal(Shape depthwise) {
        int taps = depthwise.extent(1);
        float[] values = new float[depthwise.size()];
        for (int row = 0; row < depthwise.extent(0) * taps; row++) {
            values[row * taps + row % taps] = 1;
        }
        return Tensor.ofFloats(depthwise, values);
    }
}
