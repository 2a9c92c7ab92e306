package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.ChannelScale;
import io.foldserve.architecture.declare.Convolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.Options;
import io.foldserve.architecture.declare.Padding;
import java.util.List;
import java.util.Map;

/**
 * MobileNet (Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", table
 * 1), with the tensor names of the widely used PyTorch port ({@code model.1.0}, {@code fc}), or those of Gluon's model zoo
 * ({@code features.3}, {@code output}) or of keras.applications ({@code conv_dw_1}, {@code conv_preds}) if the checkpoint
 * has them. Keras's version has ReLU6 for ReLU, and pads before a stride of 2 on the right and below only; of an odd
 * extent its first convolution pads both sides (Keras 3; earlier versions did not).
 *
 * <p>Options: {@code classes} (1000), {@code multiplier} (1).
 */
public final class MobileNetV1 {
    private static final List<Integer> CHANNELS =
            List.of(64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024);
    private static final List<Integer> STRIDES = List.of(1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1);

    private MobileNetV1() {}

    /** The network of this family by name. */
    public static Map<String, Family> networks() {
        return Map.of("mobilenet-v1", MobileNetV1::read);
    }

    private static Network read(Options options) {
        Extent classes = options.extent("classes", 1000);
        ChannelScale scale = ChannelScale.read(options);
        return (net, image) -> {
            Names names = Names.of(net);
            Padding around = names == Names.KERAS ? Padding.SAME : Padding.of(1);
            Convolution first = Convolution.of(scale.truncated(32), 3).stride(2).padding(around);
            Activation x = layer(names, 0, 0, first, net, image);
            for (int i = 0; i < CHANNELS.size(); i++) {
                x = separable(names, i + 1, scale.truncated(CHANNELS.get(i)), STRIDES.get(i), net, x);
            }
            return classifier(names, classes, net, net.globalAveragePool("avgpool", x));
        };
    }

    private static Activation separable(Names names, int block, int out, int stride, NetworkBuilder net, Activation x) {
        int in = x.channels().value();
        boolean uneven = names == Names.KERAS && stride == 2;
        Convolution depthwise = Convolution.of(in, 3)
                .stride(stride)
                .padding(uneven ? Padding.of(0, 1) : Padding.of(1))
                .groups(in);
        Activation y = layer(names, block, 0, depthwise, net, x);
        return layer(names, block, 1, Convolution.of(out, 1), net, y);
    }

    private static Activation layer(
            Names names, int block, int layer, Convolution convolution, NetworkBuilder net, Activation x) {
        String path = names.convolution(block, layer);
        Activation y = net.batchNorm(names.norm(block, layer), net.convolution(path, convolution, x));
        return names == Names.KERAS ? net.relu6(path + "/relu6", y) : net.relu(y);
    }

    // Keras's classifier is a convolution of the one pixel that is left.
    private static Activation classifier(Names names, Extent classes, NetworkBuilder net, Activation pooled) {
        if (names == Names.KERAS) {
            Convolution convolution = Convolution.of(classes, 1).biased();
            return net.flatten("flatten", net.convolution("conv_preds", convolution, pooled));
        }
        return net.linear(names == Names.GLUON ? "output" : "fc", classes, true, net.flatten("flatten", pooled));
    }

    /** What the implementations call the layers of block 0, which has one convolution, and of the others, which have two. */
    private enum Names {
        TORCH {
            @Override
            String convolution(int block, int layer) {
                return "model.%d.%d".formatted(block, 3 * layer);
            }

            @Override
            String norm(int block, int layer) {
                return "model.%d.%d".formatted(block, 3 * layer + 1);
            }
        },
        /** All layers are numbered in one sequence: three of the first block, six of the others. */
        GLUON {
            @Override
            String convolution(int block, int layer) {
                return "features." + (block == 0 ? 0 : 6 * block - 3 + 3 * layer);
            }

            @Override
            String norm(int block, int layer) {
                return "features." + (block == 0 ? 1 : 6 * block - 2 + 3 * layer);
            }
        },
        KERAS {
            @Override
            String convolution(int block, int layer) {
                return block == 0 ? "conv1" : (layer == 0 ? "conv_dw_" : "conv_pw_") + block;
            }

            @Override
            String norm(int block, int layer) {
                return convolution(block, layer) + "_bn";
            }
        };

        static Names of(NetworkBuilder net) {
            if (net.holdsLayer("features.0")) {
                return GLUON;
            }
            return net.holdsLayer("conv_dw_1") ? KERAS : TORCH;
        }

        abstract String convolution(int block, int layer);

        abstract String norm(int block, int layer);
    }
}
