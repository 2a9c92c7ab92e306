package io.foldserve.architecture;

/** What the two widespread implementations of ResNet call its tensors. */
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
        String head() {
            return "output";
        }
    };

    /** Those that the checkpoint uses below {@code prefix}. */
    static ResNetNames of(String prefix, NetworkBuilder net) {
        return net.holdsLayer(prefix + GLUON.stem(0)) ? GLUON : TORCHVISION;
    }

    /** The first convolution (0) or its batch norm (1). */
    abstract String stem(int index);

    /** Block {@code index} of stage {@code stage}, both from 0. */
    abstract String block(int stage, int index);

    /** Convolution {@code number} of a block, from 1. */
    abstract String convolution(int number);

    /** The batch norm after convolution {@code number} of a block. */
    abstract String norm(int number);

    /** The classifier. */
    abstract String head();
}
