package io.foldserve.architecture.convention;

import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.base.Framework;
import java.util.Optional;

/**
 * What the frameworks call their tensors, how they lay them out, and what they do where nothing is declared, in
 * PyTorch's terms, which are those of all architectures.
 */
public final class Conventions {
    private Conventions() {}

    /** Why nothing can be built from {@code checkpoint} whatever the architecture, if nothing can. */
    public static Optional<String> refusal(Checkpoint checkpoint) {
        Optional<String> branched =
                BranchedNetworks.refusal(checkpoint.tensors().keySet());
        if (branched.isPresent()) {
            return branched;
        }
        boolean unknown = ExportedGluonNames.areIn(checkpoint)
                && ExportedGluonNames.resolved(checkpoint).isEmpty();
        return unknown
                ? Optional.of(
                        ("tensors have an exported graph's names (%s), whose numbers follow the order in which the "
                                        + "network's code makes layers; it is known for ResNet v1, v1b and v2, "
                                        + "ResNeXt, MobileNet v1 and v2: save this network with save_parameters")
                                .formatted(
                                        checkpoint.tensors().keySet().iterator().next()))
                : Optional.empty();
    }

    /** {@code checkpoint} under PyTorch's names and in its layout; it keeps its framework. */
    public static StoredTensors ofPyTorch(Checkpoint checkpoint) {
        return switch (checkpoint.framework()) {
            case MXNET -> GluonConventions.translated(checkpoint);
            case KERAS, TENSORFLOW -> KerasConventions.translated(checkpoint);
            case PYTORCH -> Reparametrizations.resolved(StoredTensors.of(checkpoint));
        };
    }

    /** The epsilon of a batch norm that declares none, which no checkpoint stores. */
    public static double epsilon(Framework framework) {
        return isChannelsLast(framework) ? 1e-3 : 1e-5;
    }

    /**
     * Whether the channel is an image's last axis, so that a flattened image has the channels of a pixel side by side.
     */
    public static boolean isChannelsLast(Framework framework) {
        return switch (framework) {
            case KERAS, TENSORFLOW -> true;
            case PYTORCH, MXNET -> false;
        };
    }
}
