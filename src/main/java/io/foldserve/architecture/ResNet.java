package io.foldserve.architecture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ResNet-18 to -152 (He et al., "Deep Residual Learning for Image Recognition", table 1) with torchvision's tensor names
 * and its place of the bottleneck's stride, the 3×3 convolution.
 *
 * @param block what a stage repeats
 * @param blocks how often each of the four stages repeats it
 */
record ResNet(ResidualBlock block, List<Integer> blocks) {

    /** The networks of this family by name. */
    static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        networks.put("resnet18", new ResNet(ResidualBlock.BASIC, List.of(2, 2, 2, 2))::classifier);
        networks.put("resnet34", new ResNet(ResidualBlock.BASIC, List.of(3, 4, 6, 3))::classifier);
        networks.put("resnet50", new ResNet(ResidualBlock.BOTTLENECK, List.of(3, 4, 6, 3))::classifier);
        networks.put("resnet101", new ResNet(ResidualBlock.BOTTLENECK, List.of(3, 4, 23, 3))::classifier);
        networks.put("resnet152", new ResNet(ResidualBlock.BOTTLENECK, List.of(3, 8, 36, 3))::classifier);
        return networks;
    }

    private Network classifier(Options options) {
        Extent classes = options.extent("classes", 1000);
        Extent width = options.extent("width", 64);
        return (net, image) -> {
            Activation features = features("", width, List.of(1, 2, 2, 2), List.of(1, 1, 1, 1), net, image);
            Activation pooled = net.flatten("flatten", net.globalAveragePool("avgpool", features));
            return net.linear("fc", classes, true, pooled);
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
        Activation x = net.convNormRelu(
                prefix + "conv1",
                prefix + "bn1",
                Convolution.of(width, 7).stride(2).padding(3),
                image);
        x = net.maxPool(prefix + "maxpool", Pooling.of(3, 2, 1), x);
        for (int stage = 0; stage < 4; stage++) {
            int planes = width.value() << stage;
            int before = stage == 0 ? 1 : dilations.get(stage - 1);
            for (int i = 0; i < blocks.get(stage); i++) {
                String path = prefix + "layer" + (stage + 1) + "." + i;
                int stride = i == 0 ? strides.get(stage) : 1;
                x = block.add(path, planes, stride, i == 0 ? before : dilations.get(stage), net, x);
            }
        }
        return x;
    }
}
