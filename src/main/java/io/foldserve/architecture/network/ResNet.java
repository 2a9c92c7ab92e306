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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * ResNet-18 to -152 (He et al., "Deep Residual Learning for Image Recognition", table 1), the plain network of 18
 * layers it is compared with, ResNeXt (Xie et al., "Aggregated Residual Transformations for Deep Neural Networks") and
 * wide ResNets (Zagoruyko and Komodakis, "Wide Residual Networks").
 *
 * <p>A bottleneck's stride is in its first 1×1 convolution, as published, in {@code resnet50-v1}, and in its 3×3
 * convolution in {@code resnet50-v1b}. {@code resnet50} is what its tensors' names stand for: v1b with torchvision's
 * names, v1 with those of Gluon's model zoo and of keras.applications. A checkpoint with {@code conv1.0}
 * has three 3×3 convolutions in place of the first 7×7, the last twice as wide, as GluonCV's v1s has.
 *
 * @param block what a stage repeats
 * @param blocks how often each of the four stages repeats it
 */
public record ResNet(ResidualBlock block, List<Integer> blocks) {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(1000);
    private static final Key<Integer> WIDTH = NetworkKeys.width(64);
    private static final Keys KEYS = Keys.of(CLASSES, WIDTH);
    private static final String DEEP_STEM = "conv1.0";

    /** How often each stage repeats its block, by depth. */
    static final Map<Integer, List<Integer>> BLOCKS = new TreeMap<>(Map.of(
            18, List.of(2, 2, 2, 2),
            34, List.of(3, 4, 6, 3),
            50, List.of(3, 4, 6, 3),
            101, List.of(3, 4, 23, 3),
            152, List.of(3, 8, 36, 3)));

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        BLOCKS.forEach((depth, blocks) -> {
            boolean deep = depth >= 50;
            ResNet v1b = new ResNet(deep ? ResidualBlock.BOTTLENECK : ResidualBlock.BASIC, blocks);
            ResNet v1 = new ResNet(deep ? ResidualBlock.BOTTLENECK_V1 : ResidualBlock.BASIC, blocks);
            networks.put("resnet" + depth, family(names -> names.hasEarlyStride() ? v1 : v1b));
            networks.put("resnet" + depth + "-v1", family(names -> v1));
            networks.put("resnet" + depth + "-v1b", family(names -> v1b));
        });
        networks.put("plain18", family(of(18, ResidualBlock.PLAIN)));
        networks.put("resnext50-32x4d", family(of(50, ResidualBlock.grouped(32, 4))));
        networks.put("resnext101-32x8d", family(of(101, ResidualBlock.grouped(32, 8))));
        networks.put("wide-resnet50-2", family(of(50, ResidualBlock.grouped(1, 128))));
        networks.put("wide-resnet101-2", family(of(101, ResidualBlock.grouped(1, 128))));
        return networks;
    }

    /** The network of {@code depth} layers made of {@code block}s. */
    static ResNet of(int depth, ResidualBlock block) {
        return new ResNet(block, BLOCKS.getOrDefault(depth, List.of()));
    }

    private static Family family(ResNet network) {
        return family(names -> network);
    }

    private static Family family(Function<ResNetNames, ResNet> version) {
        return new Family(KEYS, section -> classifier(section, version));
    }

    private static Network classifier(Section section, Function<ResNetNames, ResNet> version) {
        Extent classes = Extent.read(section, CLASSES);
        Extent width = Extent.read(section, WIDTH);
        return (net, image) -> {
            ResNetNames names = ResNetNames.of("", net);
            Activation features =
                    version.apply(names).features("", width, List.of(1, 2, 2, 2), List.of(1, 1, 1, 1), net, image);
            Activation pooled = net.flatten("flatten", net.globalAveragePool("avgpool", features));
            return net.linear(names.head(), classes, true, pooled);
        };
    }

    /**
     * Everything in front of the pooling, for a backbone of a segmentation network too.
     *
     * @param prefix in front of every tensor's name; empty or ending in a dot
     * @param width the first stage's planes; each later stage has twice those of the one before
     * @param strides that of each stage's first block
     * @param dilations those of each stage's blocks but the first, whose is that of the stage before
     */
    Activation features(
            String prefix,
            Extent width,
            List<Integer> strides,
            List<Integer> dilations,
            NetworkBuilder net,
            Activation image) {
        return stages(prefix, width, strides, dilations, net, image).get(3);
    }

    /** What each of the four stages makes; see {@link #features}. */
    List<Activation> stages(
            String prefix,
            Extent width,
            List<Integer> strides,
            List<Integer> dilations,
            NetworkBuilder net,
            Activation image) {
        ResNetNames names = ResNetNames.of(prefix, net);
        Activation x = net.holdsLayer(prefix + DEEP_STEM)
                ? deepStem(prefix, width, net, image)
                : net.convNormRelu(
                        prefix + names.stem(0),
                        prefix + names.stem(1),
                        DeclaredConvolution.of(width, 7).stride(2).padding(3),
                        image);
        x = net.maxPool(prefix + "maxpool", PoolingWindow.of(3, 2, 1), x);
        List<Activation> stages = new ArrayList<>();
        for (int stage = 0; stage < 4; stage++) {
            int planes = width.value() << stage;
            int before = stage == 0 ? 1 : dilations.get(stage - 1);
            for (int i = 0; i < blocks.get(stage); i++) {
                String path = prefix + names.block(stage, i);
                int stride = i == 0 ? strides.get(stage) : 1;
                x = block.add(names, path, planes, stride, i == 0 ? before : dilations.get(stage), net, x);
            }
            stages.add(x);
        }
        return stages;
    }

    private static Activation deepStem(String prefix, Extent width, NetworkBuilder net, Activation image) {
        DeclaredConvolution same = DeclaredConvolution.of(width, 3).padding(1);
        DeclaredConvolution wider = DeclaredConvolution.of(2 * width.value(), 3).padding(1);
        Activation x = net.convNormRelu(prefix + DEEP_STEM, prefix + "conv1.1", same.stride(2), image);
        x = net.convNormRelu(prefix + "conv1.3", prefix + "conv1.4", same, x);
        return net.convNormRelu(prefix + "conv1.6", prefix + "bn1", wider, x);
    }
}
