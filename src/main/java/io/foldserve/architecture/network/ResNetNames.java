package io.foldserve.architecture.network;

import io.foldserve.architecture.build.NetworkBuilder;

/** What the widespread implementations of ResNet call its tensors. */
enum ResNetNames {
    /** torchvision, and GluonCV's v1b: {@code conv1}, {@code layer1.0.conv1}, {@code layer1.0.bn1}, {@code fc}. */
    TORCHVISION {
        @Override
        String stem(int index) {
            return index == 0 ? "conv1" : "bn1";
        }

        @Override
        String block(int stage, int index) {
            return "layer%d.%d".formatted(stage + 1, index);
        }

        @Override
        String convolution(int number) {
            return ".conv" + number;
        }

        @Override
        String norm(int number) {
            return ".bn" + number;
        }

        @Override
        String shortcut(int index) {
            return ".downsample." + index;
        }

        @Override
        String head() {
            return "fc";
        }
    },
    /** Gluon's model zoo: positions in nested sequences, {@code features.4.0.body.0}, {@code output}. */
    GLUON {
        private static final int LAYERS_BEFORE_STAGES = 4;

        @Override
        String stem(int index) {
            return "features." + index;
        }

        @Override
        String block(int stage, int index) {
            return "features.%d.%d".formatted(stage + LAYERS_BEFORE_STAGES, index);
        }

        @Override
        String convolution(int number) {
            return ".body." + 3 * (number - 1);
        }

        @Override
        String norm(int number) {
            return ".body." + (3 * (number - 1) + 1);
        }

        @Override
        String shortcut(int index) {
            return ".downsample." + index;
        }

        @Override
        String head() {
            return "output";
        }
    },
    /**
     * keras.applications: {@code conv1_conv}, {@code conv2_block1_1_conv}, {@code conv2_block1_1_bn}, {@code
     * predictions}.
     */
    KERAS {
        @Override
        String stem(int index) {
            return index == 0 ? "conv1_conv" : "conv1_bn";
        }

        @Override
        String block(int stage, int index) {
            return "conv%d_block%d".formatted(stage + 2, index + 1);
        }

        @Override
        String convolution(int number) {
            return "_%d_conv".formatted(number);
        }

        @Override
        String norm(int number) {
            return "_%d_bn".formatted(number);
        }

        @Override
        String shortcut(int index) {
            return index == 0 ? "_0_conv" : "_0_bn";
        }

        @Override
        String head() {
            return "predictions";
        }
    };

    private static final double KERAS_EPSILON = 1.001e-5;

    /** Those that the checkpoint uses below {@code prefix}; with Keras's, its epsilon becomes the usual one. */
    static ResNetNames of(String prefix, NetworkBuilder net) {
        if (net.holdsLayer(prefix + KERAS.stem(0))) {
            net.usualEpsilon(KERAS_EPSILON);
            return KERAS;
        }
        return net.holdsLayer(prefix + GLUON.stem(0)) ? GLUON : TORCHVISION;
    }

    /** Whether a network with these names has a bottleneck's stride in the first 1×1 convolution. */
    boolean hasEarlyStride() {
        return this != TORCHVISION;
    }

    /** The first convolution (0) or its batch norm (1). */
    abstract String stem(int index);

    /** Block {@code index} of stage {@code stage}, both from 0. */
    abstract String block(int stage, int index);

    /** Convolution {@code number} of a block, from 1. */
    abstract String convolution(int number);

    /** The batch norm after convolution {@code number} of a block. */
    abstract String norm(int number);

    /** The convolution (0) of a shortcut or its batch norm (1). */
    abstract String shortcut(int index);

    /** The classifier. */
    abstract String head();
}
