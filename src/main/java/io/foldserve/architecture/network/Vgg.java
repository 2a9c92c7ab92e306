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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * VGG-11 to -19 with batch norms (Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
 * Recognition", table 1), with torchvision's tensor names.
 *
 * <p>Options: {@code classes} (1000), {@code width} (the first stage's channels, 64), {@code hidden} (the features of
 * the two hidden linear layers, 4096).
 *
 * @param convolutions how many 3×3 convolutions each of the five stages has
 */
public record Vgg(List<Integer> convolutions) {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(1000);
    private static final Key<Integer> WIDTH = NetworkKeys.width(64);
    private static final Key<Integer> HIDDEN =
            Key.of("hidden", NetworkKeys.extent(), 4096, "Sets the features of the two hidden linear layers.", "1024");
    private static final Keys KEYS = Keys.of(CLASSES, WIDTH, HIDDEN);
    private static final Pair POOLED = Pair.of(7);

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        Map<String, Family> networks = new LinkedHashMap<>();
        networks.put("vgg11-bn", family(List.of(1, 1, 2, 2, 2)));
        networks.put("vgg13-bn", family(List.of(2, 2, 2, 2, 2)));
        networks.put("vgg16-bn", family(List.of(2, 2, 3, 3, 3)));
        networks.put("vgg19-bn", family(List.of(2, 2, 4, 4, 4)));
        return networks;
    }

    private static Family family(List<Integer> convolutions) {
        return new Family(KEYS, new Vgg(convolutions)::read);
    }

    private Network read(Section section) {
        Extent classes = Extent.read(section, CLASSES);
        Extent width = Extent.read(section, WIDTH);
        Extent hidden = Extent.read(section, HIDDEN);
        return (net, image) -> {
            Activation x = net.adaptiveAveragePool("avgpool", POOLED, features(width, net, image));
            x = net.relu(net.linear("classifier.0", hidden, true, net.flatten("flatten", x)));
            x = net.relu(net.linear("classifier.3", hidden, true, x));
            return net.linear("classifier.6", classes, true, x);
        };
    }

    // Positions in one flat sequence: convolution, batch norm, ReLU; a pooling ends each stage.
    private Activation features(Extent width, NetworkBuilder net, Activation image) {
        Activation x = image;
        int position = 0;
        for (int stage = 0; stage < convolutions.size(); stage++) {
            Extent channels = stage == 0 ? width : Extent.of(width.value() << Math.min(stage, 3));
            for (int i = 0; i < convolutions.get(stage); i++) {
                DeclaredConvolution same = DeclaredConvolution.of(channels, 3).padding(1);
                x = net.convNormRelu("features." + position, "features." + (position + 1), same, x);
                position += 3;
            }
            x = net.maxPool("features." + position, PoolingWindow.of(2), x);
            position++;
        }
        return x;
    }
}
