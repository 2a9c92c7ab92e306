package io.foldserve.architecture.build;

import io.foldserve.architecture.network.LayerList;

/** One layer of a {@link LayerList}, its options read. */
@FunctionalInterface
public interface Layer {

    /** Adds the layer at {@code path} and returns its output. */
    Activation add(NetworkBuilder net, String path, Activation x);
}
