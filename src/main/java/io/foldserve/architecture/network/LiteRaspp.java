package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.ChannelScale;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import java.util.List;
import java.util.Map;

/**
 * LR-ASPP (Howard et al., "Searching for MobileNetV3", section 6.4) on a dilated MobileNet v3, with torchvision's
 * tensor names.
 *
 * <p>Options: {@code classes} (21), {@code multiplier} (1).
 */
public final class LiteRaspp {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(21);
    private static final Keys KEYS = Keys.of(CLASSES, NetworkKeys.MULTIPLIER);
    private static final int CHANNELS = 128;
    private static final int LOW = 4;

    private LiteRaspp() {}

    /** The network of this family by name. */
    public static Map<String, Family> networks() {
        return Map.of("lraspp-mobilenet-v3-large", new Family(KEYS, LiteRaspp::read));
    }

    private static Network read(Section section) {
        Extent classes = Extent.read(section, CLASSES);
        ChannelScale scale = ChannelScale.read(section);
        return (net, image) -> {
            List<Activation> features = MobileNetV3.LARGE.features("backbone.", scale, true, net, image);
            Activation low = features.get(LOW);
            Activation high = features.get(features.size() - 1);
            Activation x = net.resampling().interpolate("classifier/interpolate", low.size(), gated(net, high));
            DeclaredConvolution classifier = DeclaredConvolution.of(classes, 1).biased();
            Activation logits = net.add(
                    "classifier/add",
                    net.convolution("classifier.low_classifier", classifier, low),
                    net.convolution("classifier.high_classifier", classifier, x));
            return net.resampling().interpolate("interpolate", image.size(), logits);
        };
    }

    private static Activation gated(NetworkBuilder net, Activation high) {
        DeclaredConvolution pointwise = DeclaredConvolution.of(CHANNELS, 1);
        Activation x = net.convNormRelu("classifier.cbr.0", "classifier.cbr.1", pointwise, high);
        Activation pooled = net.globalAveragePool("classifier.scale.0", high);
        Activation scale = net.sigmoid("classifier.scale.2", net.convolution("classifier.scale.1", pointwise, pooled));
        return net.multiply("classifier/scaled", x, scale);
    }
}
