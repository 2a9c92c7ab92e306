package io.foldserve.architecture;

import io.foldserve.checkpoint.Checkpoint;

/**
 * What the frameworks call their tensors and how they lay them out, in PyTorch's terms, which are those of all
 * architectures.
 */
final class Conventions {
    private Conventions() {}

    /** {@code checkpoint} under PyTorch's names and in its layout; it keeps its framework. */
    static Checkpoint ofPyTorch(Checkpoint checkpoint) {
        return switch (checkpoint.framework()) {
            case MXNET -> GluonConventions.translated(checkpoint);
            case PYTORCH, KERAS, TENSORFLOW -> checkpoint;
        };
    }
}
