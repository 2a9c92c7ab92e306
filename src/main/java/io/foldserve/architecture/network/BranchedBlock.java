package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The block that RepVGG (Ding et al., "RepVGG: Making VGG-style ConvNets Great Again", figure 4) and MobileOne (Vasu et
 * al., "MobileOne: An Improved One millisecond Mobile Backbone", figure 3) train: convolutions of the block's kernel, a
 * 1×1 convolution beside a larger kernel, and, where input and output have the same shape, the input itself, each with
 * a batch norm; their sum, perhaps a squeeze and excitation, and ReLU. Of a checkpoint that was merged after training
 * one convolution with a bias is left.
 *
 * @param dense what the author's code calls the convolutions of the block's kernel
 * @param numbered whether they are numbered, from 0, as many as the checkpoint holds
 * @param point what it calls the 1×1 convolution
 * @param identity what it calls the batch norm of the input itself
 * @param merged what it calls the convolution that is left of a merged block
 */
record BranchedBlock(String dense, boolean numbered, String point, String identity, String merged) {
    /** The two 1×1 convolutions of a squeeze and excitation as the implementations call them. */
    private static final Map<String, String> EXCITATIONS =
            Map.of("se.down", "se.up", "se.reduce", "se.expand", "attn.fc1", "attn.fc2");

    /** True if {@code net}'s checkpoint has a block at {@code path}. */
    boolean isAt(String path, NetworkBuilder net) {
        return kernel(path, net).isPresent();
    }

    /** The shape of the stored kernel of the block at {@code path}: outputs, inputs of a group, taps. */
    Optional<Shape> kernel(String path, NetworkBuilder net) {
        return net.kernel(dense(path, 0) + ".conv").or(() -> net.kernel(merged(path)));
    }

    /** Adds the block at {@code path} with the {@code outer} convolution that its branches make together. */
    Activation add(String path, DeclaredConvolution outer, NetworkBuilder net, Activation x) {
        Activation sum = net.holdsLayer(merged(path))
                ? net.convolution(merged(path), outer.biased(), x)
                : branches(path, outer, net, x);
        return net.relu(path + "/relu", excited(path, net, sum));
    }

    private Activation branches(String path, DeclaredConvolution outer, NetworkBuilder net, Activation x) {
        List<Activation> parts = new ArrayList<>();
        parts.add(convNorm(dense(path, 0), outer, net, x));
        for (int i = 1; numbered && net.holdsLayer(dense(path, i) + ".conv"); i++) {
            parts.add(convNorm(dense(path, i), outer, net, x));
        }
        int stride = outer.stride().height();
        if (outer.kernel().height() > 1) {
            DeclaredConvolution one =
                    DeclaredConvolution.of(outer.out(), 1).stride(stride).groups(outer.groups());
            parts.add(convNorm(path + "." + point, one, net, x));
        }
        if (stride == 1 && outer.out().value() == x.channels().value()) {
            parts.add(net.batchNorm(path + "." + identity, x));
        }
        Activation sum = parts.get(0);
        for (int i = 1; i < parts.size(); i++) {
            sum = net.add("%s/sum%d".formatted(path, i), sum, parts.get(i));
        }
        return sum;
    }

    private static Activation convNorm(String path, DeclaredConvolution convolution, NetworkBuilder net, Activation x) {
        return net.batchNorm(path + ".bn", net.convolution(path + ".conv", convolution, x));
    }

    private static Activation excited(String path, NetworkBuilder net, Activation x) {
        return EXCITATIONS.entrySet().stream()
                .filter(names -> net.holdsLayer(path + "." + names.getKey()))
                .findFirst()
                .map(names -> excited(path, names.getKey(), names.getValue(), net, x))
                .orElse(x);
    }

    private static Activation excited(String path, String down, String up, NetworkBuilder net, Activation x) {
        String squeeze = path + "." + down;
        String excite = path + "." + up;
        Extent inner =
                Extent.of(net.kernel(squeeze).map(kernel -> kernel.extent(0)).orElse(1));
        Activation pooled = net.globalAveragePool(path + "/pooled", x);
        Activation hidden = net.relu(
                squeeze + "/relu",
                net.convolution(squeeze, DeclaredConvolution.of(inner, 1).biased(), pooled));
        Activation scale =
                net.convolution(excite, DeclaredConvolution.of(x.channels(), 1).biased(), hidden);
        return net.multiply(path + "/excited", x, net.sigmoid(path + "/scale", scale));
    }

    private String dense(String path, int number) {
        return path + "." + dense + (numbered ? "." + number : "");
    }

    private String merged(String path) {
        return path + "." + merged;
    }
}
