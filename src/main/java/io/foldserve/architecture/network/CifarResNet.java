package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * ResNet-20 to -56 for CIFAR (He et al., "Deep Residual Learning for Image Recognition", section 4.2), with the tensor
 * names of the widely used PyTorch port: three stages of basic blocks, 6n + 2 layers.
 *
 * <p>Where the shape changes the shortcut is option A, every other position and zero channels on both sides, unless the
 * checkpoint holds option B, a 1×1 convolution and a batch norm ({@code shortcut.0}, {@code shortcut.1}). The last
 * average is over all positions; the port pools squares as wide as the features, which for square images is the same.
 *
 * @param blocks those of each stage, n
 */
public record CifarResNet(int blocks) {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(10);
    private static final Key<Integer> WIDTH = NetworkKeys.width(16);
    private static final Keys KEYS = Keys.of(CLASSES, WIDTH);

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        networks.put("cifar-resnet20", new Family(KEYS, new CifarResNet(3)::read));
        networks.put("cifar-resnet32", new Family(KEYS, new CifarResNet(5)::read));
        networks.put("cifar-resnet44", new Family(KEYS, new CifarResNet(7)::read));
        networks.put("cifar-resnet56", new Family(KEYS, new CifarResNet(9)::read));
        return networks;
    }

    private Network read(Section section) {
        Extent classes = Extent.read(section, CLASSES);
        Extent width = Extent.read(section, WIDTH);
        return (net, image) -> {
            Activation x = net.convNormRelu(
                    "conv1", "bn1", DeclaredConvolution.of(width, 3).padding(1), image);
            for (int stage = 0; stage < 3; stage++) {
                for (int i = 0; i < blocks; i++) {
                    String path = "layer" + (stage + 1) + "." + i;
                    x = block(path, width.value() << stage, stage > 0 && i == 0 ? 2 : 1, net, x);
                }
            }
            String head = net.holds("fc.weight") ? "fc" : "linear";
            return net.linear(head, classes, true, net.flatten("flatten", net.globalAveragePool("avgpool", x)));
        };
    }

    private static Activation block(String path, int planes, int stride, NetworkBuilder net, Activation x) {
        Activation y = ResidualBlock.BASIC.branch(ResNetNames.TORCHVISION, path, planes, stride, 1, net, x);
        Activation shortcut = stride == 1 ? x : shortcut(path + ".shortcut", planes, net, x);
        return net.relu(net.add(path + "/add", y, shortcut));
    }

    private static Activation shortcut(String path, int planes, NetworkBuilder net, Activation x) {
        if (net.holds(path + ".0.weight") || net.holds(path + ".0.W")) {
            Activation projected = net.convolution(
                    path + ".0", DeclaredConvolution.of(planes, 1).stride(2), x);
            return net.batchNorm(path + ".1", projected);
        }
        int added = planes - x.channels().value();
        if (added % 2 != 0) {
            net.refuse("%s: option A adds %d channels, which do not divide into two sides: choose an even width"
                    .formatted(path, added));
        }
        return net.resampling()
                .padChannels(path + "/zeros", added / 2, net.resampling().everyOther(path + "/subsample", x));
    }
}
