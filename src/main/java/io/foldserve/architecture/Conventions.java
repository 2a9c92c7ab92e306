package io.foldserve.architecture;

import io.foldserve.checkpoint.Checkpoint;
import java.util.Optional;

/**
 * What the frameworks call their tensors and how they lay them out, in PyTorch's terms, which are those of all
 * architectures.
 */
final class Conventions {
    private Conventions() {}

    /** Why nothing can be built from {@code checkpoint} whatever the architecture, if nothing can. */
    static Optional<String> refusal(Checkpoint checkpoint) {
        boolean unknown = ExportedGluonNames.areIn(checkpoint)
                && ExportedGluonNames.resolved(checkpoint).isEmpty();
        return unknown
                ? Optional.of(
                        ("tensors have an exported graph's names (%s), whose numbers follow the order in which the "
                                        + "network's code makes layers; it is known for ResNet v1, v1b and v2, ResNeXt, MobileNet v1 "
                                        + "and v2: save this network with save_parameters")
                                .formatted(
                                        checkpoint.tensors().keySet().iterator().next()))
                : Optional.empty();
    }

    /** {@code checkpoint} under PyTorch's names and in its layout; it keeps its framework. */
    static Checkpoint ofPyTorch(Checkpoint checkpoint) {
        return switch (checkpoint.framework()) {
            case MXNET -> GluonConventions.translated(checkpoint);
            case PYTORCH, KERAS, TENSORFLOW -> checkpoint;
        };
    }
}
