package io.foldserve.architecture.build;

/** A network whose options are read: what it does to an image. */
@FunctionalInterface
public interface Network {

    /** Adds the network to {@code net} and returns its logits. */
    Activation build(NetworkBuilder net, Activation image);
}
