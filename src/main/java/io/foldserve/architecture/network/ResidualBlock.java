package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;

/**
 * The blocks of ResNet (He et al., "Deep Residual Learning for Image Recognition", figure 5) and of its relatives.
 *
 * @param kind how many convolutions, and where the stride is
 * @param groups those of the 3×3 convolution of a bottleneck (Xie et al., "Aggregated Residual Transformations for Deep
 *     Neural Networks")
 * @param baseWidth the channels of each of these groups at 64 planes
 * @param shortcut false for the plain networks of He et al., section 3.3
 */
record ResidualBlock(Kind kind, int groups, int baseWidth, boolean shortcut) {
    /** Two 3×3 convolutions. */
    static final ResidualBlock BASIC = of(Kind.BASIC);

    /** The block of plain networks: {@link #BASIC} without its shortcut. */
    static final ResidualBlock PLAIN = new ResidualBlock(Kind.BASIC, 1, 64, false);

    /** 1×1, 3×3 with the stride and the dilation, 1×1 to four times the planes (v1b). */
    static final ResidualBlock BOTTLENECK = of(Kind.BOTTLENECK);

    /** {@link #BOTTLENECK} with its stride in the first 1×1 convolution (v1, as published). */
    static final ResidualBlock BOTTLENECK_V1 = of(Kind.BOTTLENECK_V1);

    /** How many convolutions a block has, and where its stride is. */
    enum Kind {
        BASIC,
        BOTTLENECK,
        BOTTLENECK_V1
    }

    private static ResidualBlock of(Kind kind) {
        return new ResidualBlock(kind, 1, 64, true);
    }

    /** {@link #BOTTLENECK} with {@code groups} of {@code baseWidth} channels at 64 planes. */
    static ResidualBlock grouped(int groups, int baseWidth) {
        return new ResidualBlock(Kind.BOTTLENECK, groups, baseWidth, true);
    }

    /** The channels that a block of {@code planes} makes. */
    int outputs(int planes) {
        return kind == Kind.BASIC ? planes : 4 * planes;
    }

    /** What is added to the shortcut, before the last ReLU. */
    Activation branch(
            ResNetNames names, String path, int planes, int stride, int dilation, NetworkBuilder net, Activation x) {
        if (kind == Kind.BASIC) {
            DeclaredConvolution first =
                    DeclaredConvolution.of(planes, 3).stride(stride).padding(1);
            Activation y = net.convNormRelu(path + names.convolution(1), path + names.norm(1), first, x);
            return last(names, path, 2, DeclaredConvolution.of(planes, 3).padding(1), net, y);
        }
        int width = planes * baseWidth / 64 * groups;
        int early = kind == Kind.BOTTLENECK_V1 ? stride : 1;
        DeclaredConvolution reduce = DeclaredConvolution.of(width, 1).stride(early);
        DeclaredConvolution middle = DeclaredConvolution.of(width, 3)
                .stride(stride / early)
                .padding(dilation)
                .dilation(dilation)
                .groups(groups);
        Activation y = net.convNormRelu(path + names.convolution(1), path + names.norm(1), reduce, x);
        Activation z = net.convNormRelu(path + names.convolution(2), path + names.norm(2), middle, y);
        return last(names, path, 3, DeclaredConvolution.of(4 * planes, 1), net, z);
    }

    private static Activation last(
            ResNetNames names,
            String path,
            int number,
            DeclaredConvolution convolution,
            NetworkBuilder net,
            Activation x) {
        return net.batchNorm(
                path + names.norm(number), net.convolution(path + names.convolution(number), convolution, x));
    }

    /** Adds the block at {@code path}; the shortcut is a 1×1 convolution where the shape changes. */
    Activation add(
            ResNetNames names, String path, int planes, int stride, int dilation, NetworkBuilder net, Activation x) {
        Activation y = branch(names, path, planes, stride, dilation, net, x);
        if (!shortcut) {
            return net.relu(y);
        }
        boolean same = stride == 1 && x.channels().value() == outputs(planes);
        DeclaredConvolution projection =
                DeclaredConvolution.of(outputs(planes), 1).stride(stride);
        Activation other = same
                ? x
                : net.batchNorm(path + names.shortcut(1), net.convolution(path + names.shortcut(0), projection, x));
        return net.relu(net.add(path + "/add", y, other));
    }
}
