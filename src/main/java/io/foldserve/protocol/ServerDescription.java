package io.foldserve.protocol;

import java.util.List;

/** What the service says of itself, which is the same for everybody. */
public final class ServerDescription {
    /** The service's name. */
    public static final String NAME = "foldserve";

    /** The extensions of the protocol that are spoken over HTTP and gRPC, by their published names. */
    public static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "classification", "model_configuration", "model_repository", "statistics");

    private ServerDescription() {}
}
