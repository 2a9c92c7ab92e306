package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;
import java.util.ArrayList;
import java.util.List;

/**
 * Atrous spatial pyramid pooling (Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation", figure
 * 5): 1×1, dilated 3×3 and the image's average, side by side, then 1×1.
 *
 * @param rates the dilations of the 3×3 convolutions
 * @param branches what the parts are called, followed by their numbers
 * @param pooled between the number of the average's part and those of its layers
 */
record AtrousPyramid(List<Integer> rates, String branches, String pooled) {
    /** For features of an eighth of the image. */
    static final AtrousPyramid EIGHTH = torchvision(12, 24, 36);

    /** For features of a sixteenth of the image. */
    static final AtrousPyramid SIXTEENTH = torchvision(6, 12, 18);

    /** {@link #EIGHTH} with GluonCV's tensor names. */
    static final AtrousPyramid GLUON_CV = new AtrousPyramid(List.of(12, 24, 36), "concurent.", ".gap");

    private static AtrousPyramid torchvision(Integer... rates) {
        return new AtrousPyramid(List.of(rates), "convs.", "");
    }

    /** Adds the pyramid, each part of which and the result have {@code channels}. */
    Activation add(String path, int channels, NetworkBuilder net, Activation x) {
        List<Activation> parts = new ArrayList<>();
        DeclaredConvolution pointwise = DeclaredConvolution.of(channels, 1);
        parts.add(net.convNormRelu(path + branches + "0.0", path + branches + "0.1", pointwise, x));
        for (int i = 0; i < rates.size(); i++) {
            int rate = rates.get(i);
            String branch = path + branches + (i + 1);
            DeclaredConvolution atrous =
                    DeclaredConvolution.of(channels, 3).padding(rate).dilation(rate);
            parts.add(net.convNormRelu(branch + ".0", branch + ".1", atrous, x));
        }
        String pooling = path + branches + (rates.size() + 1) + pooled;
        Activation average = net.globalAveragePool(pooling + ".0", x);
        Activation mean = net.convNormRelu(pooling + ".1", pooling + ".2", pointwise, average);
        parts.add(net.resampling().interpolate(pooling + "/interpolate", x.size(), mean));
        return net.convNormRelu(
                path + "project.0", path + "project.1", pointwise, net.concatenate(path + "concat", parts));
    }
}
