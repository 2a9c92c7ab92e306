package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.architecture.declare.Pair;
import io.foldserve.architecture.declare.PoolingWindow;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import io.foldserve.declaration.ValueTypes;
import java.util.List;
import java.util.Map;

/**
 * U-Net (Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation", figure 1) as the widely
 * used PyTorch port has it, with its tensor names: padded 3×3 convolutions with batch norms, and features padded with
 * zeros where a pooling dropped an odd row or column.
 *
 * <p>Options: {@code classes} (2), {@code width} (the first level's channels, 64), {@code bilinear} (false: upsampling
 * by transposed convolutions; true: by bilinear interpolation with aligned corners).
 */
public final class UNet {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(2);
    private static final Key<Integer> WIDTH = NetworkKeys.width(64);
    private static final Key<Boolean> BILINEAR = Key.of(
            "bilinear",
            ValueTypes.flag(),
            false,
            "Upsamples by bilinear interpolation with aligned corners, not by transposed convolutions.",
            "true");
    private static final Keys KEYS = Keys.of(CLASSES, WIDTH, BILINEAR);
    private static final int LEVELS = 4;

    private final NetworkBuilder net;
    private final int base;
    private final boolean bilinear;

    private UNet(NetworkBuilder net, int base, boolean bilinear) {
        this.net = net;
        this.base = base;
        this.bilinear = bilinear;
    }

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        return Map.of("unet", new Family(KEYS, UNet::read));
    }

    private static Network read(Section section) {
        Extent classes = Extent.read(section, CLASSES);
        Extent width = Extent.read(section, WIDTH);
        boolean bilinear = section.read(BILINEAR);
        return (net, image) -> new UNet(net, width.value(), bilinear).build(classes, width, image);
    }

    private Activation build(Extent classes, Extent first, Activation image) {
        if (bilinear == net.holds("up1.up.weight")) {
            net.refuse(
                    "the checkpoint upsamples " + (bilinear ? "by transposed convolutions" : "without parameters"),
                    "bilinear",
                    !bilinear);
        }
        Activation[] skipped = new Activation[LEVELS];
        Activation x = doubleConvolution("inc", first, first, image);
        for (int level = 1; level <= LEVELS; level++) {
            skipped[level - 1] = x;
            String path = "down" + level + ".maxpool_conv";
            Extent out = Extent.of(level == LEVELS ? narrow(base << level) : base << level);
            x = doubleConvolution(path + ".1", out, out, net.maxPool(path + ".0", PoolingWindow.of(2), x));
        }
        for (int level = LEVELS - 1; level >= 0; level--) {
            int out = level == 0 ? base : narrow(base << level);
            x = up("up" + (LEVELS - level), base << (level + 1), out, skipped[level], x);
        }
        return net.convolution("outc.conv", DeclaredConvolution.of(classes, 1).biased(), x);
    }

    /** Interpolation cannot halve the channels, so the layer before it does. */
    private int narrow(int channels) {
        return bilinear ? channels / 2 : channels;
    }

    private Activation up(String path, int in, int out, Activation skipped, Activation x) {
        Pair doubled = new Pair(2 * x.size().height(), 2 * x.size().width());
        Activation larger = bilinear
                ? net.resampling().interpolateAligned(path + ".up", doubled, x)
                : net.upConvolution(path + ".up", in / 2, 2, x);
        Activation fitted = net.resampling().padTo(path + "/pad", skipped.size(), larger);
        Activation both = net.concatenate(path + "/concat", List.of(skipped, fitted));
        return doubleConvolution(path + ".conv", Extent.of(bilinear ? in / 2 : out), Extent.of(out), both);
    }

    private Activation doubleConvolution(String path, Extent middle, Extent out, Activation x) {
        String layers = path + ".double_conv.";
        Activation y = net.convNormRelu(
                layers + "0", layers + "1", DeclaredConvolution.of(middle, 3).padding(1), x);
        return net.convNormRelu(
                layers + "3", layers + "4", DeclaredConvolution.of(out, 3).padding(1), y);
    }
}
