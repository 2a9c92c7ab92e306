package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;

/** What torchvision and GluonCV call the parts of segmentation networks on a ResNet. */
enum SegmentationNames {
    /** {@code backbone.conv1}, {@code classifier.0}, {@code aux_classifier.0}. */
    TORCHVISION("backbone.", "aux_classifier"),
    /** {@code conv1.0}, {@code head.block.0}, {@code auxlayer.block.0}; its interpolations keep the corners. */
    GLUON_CV("", "auxlayer");

    private final String backbone;
    private final String auxiliary;

    SegmentationNames(String backbone, String auxiliary) {
        this.backbone = backbone;
        this.auxiliary = auxiliary;
    }

    /** Those that the checkpoint uses. */
    static SegmentationNames of(NetworkBuilder net) {
        return net.holdsLayer("layer1.0.conv1") && net.holdsLayer("head.block.0") ? GLUON_CV : TORCHVISION;
    }

    /** In front of the backbone's tensors. */
    String backbone() {
        return backbone;
    }

    /** Interpolates {@code logits} to the image's size, and drops the auxiliary head, which only serves training. */
    Activation toImage(NetworkBuilder net, Activation logits, Activation image) {
        net.drop(auxiliary, "the auxiliary head only serves training");
        return this == GLUON_CV
                ? net.resampling().interpolateAligned("interpolate", image.size(), logits)
                : net.resampling().interpolate("interpolate", image.size(), logits);
    }

    /** The end of every head of GluonCV: 3×3 to {@code channels}, batch norm, ReLU, 1×1 to {@code classes}. */
    static Activation gluonHead(int channels, Extent classes, NetworkBuilder net, Activation x) {
        DeclaredConvolution merge = DeclaredConvolution.of(channels, 3).padding(1);
        Activation y = net.convNormRelu("head.block.0", "head.block.1", merge, x);
        return net.convolution(
                "head.block.4", DeclaredConvolution.of(classes, 1).biased(), y);
    }
}
