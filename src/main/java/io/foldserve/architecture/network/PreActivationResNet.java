package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.architecture.declare.PoolingWindow;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ResNet v2 (He et al., "Identity Mappings in Deep Residual Networks", figure 4e), with the tensor names of Gluon's
 * model zoo: batch norm and ReLU come before each convolution, the image itself is normalised by a batch norm without
 * scale, and the stride of a bottleneck is in its 3×3 convolution.
 *
 * @param bottleneck whether blocks are 1×1, 3×3, 1×1 rather than two 3×3
 * @param blocks how often each of the four stages repeats its block
 */
public record PreActivationResNet(boolean bottleneck, List<Integer> blocks) {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(1000);
    private static final Key<Integer> WIDTH = NetworkKeys.width(64);
    private static final Keys KEYS = Keys.of(CLASSES, WIDTH);
    private static final int LAYERS_BEFORE_STAGES = 5;

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        ResNet.BLOCKS.forEach((depth, blocks) -> networks.put(
                "resnet%d-v2".formatted(depth), new Family(KEYS, new PreActivationResNet(depth >= 50, blocks)::read)));
        return networks;
    }

    private Network read(Section section) {
        Extent classes = Extent.read(section, CLASSES);
        Extent width = Extent.read(section, WIDTH);
        return (net, image) -> {
            Activation x = net.batchNormWithoutScale("features.0", image);
            DeclaredConvolution first =
                    DeclaredConvolution.of(width, 7).stride(2).padding(3);
            x = net.maxPool(
                    "maxpool", PoolingWindow.of(3, 2, 1), net.convNormRelu("features.1", "features.2", first, x));
            for (int stage = 0; stage < 4; stage++) {
                for (int i = 0; i < blocks.get(stage); i++) {
                    String path = "features.%d.%d".formatted(stage + LAYERS_BEFORE_STAGES, i);
                    x = block(path, width.value() << stage, stage > 0 && i == 0 ? 2 : 1, net, x);
                }
            }
            Activation last = net.relu(net.batchNorm("features.9", x));
            return net.linear("output", classes, true, net.flatten("flatten", net.globalAveragePool("avgpool", last)));
        };
    }

    private Activation block(String path, int planes, int stride, NetworkBuilder net, Activation x) {
        int out = bottleneck ? 4 * planes : planes;
        Activation active = net.relu(net.batchNorm(path + ".bn1", x));
        Activation shortcut = x.channels().value() == out
                ? x
                : net.convolution(
                        path + ".downsample", DeclaredConvolution.of(out, 1).stride(stride), active);
        DeclaredConvolution wide = DeclaredConvolution.of(planes, 3).padding(1);
        Activation y = bottleneck
                ? net.convolution(path + ".conv1", DeclaredConvolution.of(planes, 1), active)
                : net.convolution(path + ".conv1", wide.stride(stride), active);
        y = net.relu(net.batchNorm(path + ".bn2", y));
        y = net.convolution(path + ".conv2", bottleneck ? wide.stride(stride) : wide, y);
        if (bottleneck) {
            Activation z = net.relu(net.batchNorm(path + ".bn3", y));
            y = net.convolution(path + ".conv3", DeclaredConvolution.of(out, 1), z);
        }
        return net.add(path + "/add", y, shortcut);
    }
}
