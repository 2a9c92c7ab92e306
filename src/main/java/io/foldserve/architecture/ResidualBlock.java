package io.foldserve.architecture;

/** The two blocks of ResNet (He et al., figure 5), with torchvision's tensor names. */
enum ResidualBlock {
    /** Two 3×3 convolutions; knows no dilation. */
    BASIC(1) {
        @Override
        Activation branch(String path, int planes, int stride, int dilation, NetworkBuilder net, Activation x) {
            Activation y = net.convNormRelu(
                    path + ".conv1",
                    path + ".bn1",
                    Convolution.of(planes, 3).stride(stride).padding(1),
                    x);
            return net.batchNorm(
                    path + ".bn2",
                    net.convolution(path + ".conv2", Convolution.of(planes, 3).padding(1), y));
        }
    },
    /** 1×1, 3×3 with the stride and the dilation, 1×1 to four times the planes. */
    BOTTLENECK(4) {
        @Override
        Activation branch(String path, int planes, int stride, int dilation, NetworkBuilder net, Activation x) {
            Convolution middle =
                    Convolution.of(planes, 3).stride(stride).padding(dilation).dilation(dilation);
            Activation y = net.convNormRelu(path + ".conv1", path + ".bn1", Convolution.of(planes, 1), x);
            Activation z = net.convNormRelu(path + ".conv2", path + ".bn2", middle, y);
            return net.batchNorm(path + ".bn3", net.convolution(path + ".conv3", Convolution.of(4 * planes, 1), z));
        }
    };

    private final int expansion;

    ResidualBlock(int expansion) {
        this.expansion = expansion;
    }

    /** What is added to the shortcut, before the last ReLU. */
    abstract Activation branch(String path, int planes, int stride, int dilation, NetworkBuilder net, Activation x);

    /** Adds the block at {@code path}; the shortcut is a 1×1 convolution where the shape changes. */
    final Activation add(String path, int planes, int stride, int dilation, NetworkBuilder net, Activation x) {
        Activation y = branch(path, planes, stride, dilation, net, x);
        int out = expansion * planes;
        boolean same = stride == 1 && x.channels().value() == out;
        Convolution projection = Convolution.of(out, 1).stride(stride);
        Activation shortcut = same
                ? x
                : net.batchNorm(path + ".downsample.1", net.convolution(path + ".downsample.0", projection, x));
        return net.relu(net.add(path + "/add", y, shortcut));
    }
}
