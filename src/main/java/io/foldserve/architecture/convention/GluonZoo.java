package io.foldserve.architecture.convention;

import java.util.Optional;

/**
 * The networks of Gluon's model zoo (MXNet, {@code gluon/model_zoo/vision}; GluonCV, {@code model_zoo}), by the order
 * in which their constructors make layers: where the layer with a number in a scope stands in the tree of blocks.
 */
enum GluonZoo {
    /** ResNet v1 and ResNeXt: {@code stage1_conv0} is {@code features.4.0.body.0}. */
    STAGES {
        @Override
        String path(ExportedGluonNames names, String scope, String kind, int number) {
            if (scope.isEmpty()) {
                return kind.equals("dense") ? "output" : "features." + step(kind);
            }
            StagePlace place = StagePlace.of(names, scope, number, true);
            String block = "features.%d.%d".formatted(place.stage() + 3, place.block());
            return place.projection()
                    ? block + ".downsample." + step(kind)
                    : block + ".body." + (3 * place.layer() + step(kind));
        }
    },
    /** ResNet v2: {@code stage1_batchnorm0} is {@code features.5.0.bn1}; projections have no batch norm. */
    PRE_ACTIVATION {
        @Override
        String path(ExportedGluonNames names, String scope, String kind, int number) {
            boolean norm = kind.equals("batchnorm");
            if (scope.isEmpty()) {
                String position = norm ? (number == 2 ? "9" : String.valueOf(2 * number)) : "1";
                return kind.equals("dense") ? "output" : "features." + position;
            }
            StagePlace place = StagePlace.of(names, scope, number, !norm);
            String block = "features.%d.%d".formatted(place.stage() + 4, place.block());
            return place.projection() ? block + ".downsample" : block + (norm ? ".bn" : ".conv") + (place.layer() + 1);
        }
    },
    /** GluonCV's ResNet v1b, and v1s with its deep stem: {@code layers1_conv0} is {@code layer1.0.conv1}. */
    LAYERS {
        @Override
        String path(ExportedGluonNames names, String scope, String kind, int number) {
            if (scope.isEmpty()) {
                return kind.equals("dense") ? "fc" : stem(names.holds("conv2"), kind, number);
            }
            if (scope.startsWith("down")) {
                return "layer%s.0.downsample.%d".formatted(scope.substring("down".length()), step(kind));
            }
            StagePlace place = StagePlace.of(names, scope, number, false);
            String layer = kind.equals("conv") ? "conv" : "bn";
            return "layer%d.%d.%s%d".formatted(place.stage(), place.block(), layer, place.layer() + 1);
        }

        private String stem(boolean deep, String kind, int number) {
            if (kind.equals("batchnorm") && number == (deep ? 2 : 0)) {
                return "bn1";
            }
            return deep ? "conv1." + (3 * number + step(kind)) : "conv1";
        }
    },
    /** MobileNet v1: {@code conv1} is {@code features.3}. */
    SEQUENCE {
        @Override
        String path(ExportedGluonNames names, String scope, String kind, int number) {
            return kind.equals("dense") ? "output" : "features." + (3 * number + step(kind));
        }
    },
    /** MobileNet v2: {@code features_linearbottleneck0_conv0} is {@code features.3.out.0}. */
    BOTTLENECKS {
        @Override
        String path(ExportedGluonNames names, String scope, String kind, int number) {
            if (scope.equals("features")) {
                return "features." + (20 * number + step(kind));
            }
            return "features.%d.out.%d".formatted(StagePlace.trailing(scope) + 3, 3 * number + step(kind));
        }
    };

    private static final int CONVOLUTIONS_OF_MOBILENET = 27;

    /** The network that made {@code names}, if it is known. */
    static Optional<GluonZoo> of(ExportedGluonNames names) {
        if (names.holds("stage1_conv0")) {
            return Optional.of(names.holds("batchnorm2") ? PRE_ACTIVATION : STAGES);
        }
        if (names.holds("layers1_conv0")) {
            return Optional.of(LAYERS);
        }
        if (names.holds("features_linearbottleneck0_conv0")) {
            return Optional.of(BOTTLENECKS);
        }
        return names.count("", "conv") == CONVOLUTIONS_OF_MOBILENET && names.holds("dense0")
                ? Optional.of(SEQUENCE)
                : Optional.empty();
    }

    /** Where the layer called {@code kind} and {@code number} in {@code scope} stands in the tree of blocks. */
    abstract String path(ExportedGluonNames names, String scope, String kind, int number);

    /** How far a layer is from its convolution in a sequence of convolution, batch norm and activation. */
    static int step(String kind) {
        return kind.equals("batchnorm") ? 1 : 0;
    }
}
