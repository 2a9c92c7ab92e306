package io.foldserve.architecture;

/** One layer of a {@link LayerList}, its options read. */
@FunctionalInterface
interface Layer {

    /** Adds the layer at {@code path} and returns its output. */
    Activation add(NetworkBuilder net, String path, Activation x);
}
