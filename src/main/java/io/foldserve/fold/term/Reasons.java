package io.foldserve.fold.term;

import io.foldserve.graph.Node;

/**
 * Every reason for declining a fold is one sentence for people: which node, what is in the way (found and expected), and what
 * to do about it where anything can be done. This is what the sentences of all subjects have in common. Stateless.
 */
public final class Reasons {
    public static final String STATIC = "export with static shapes";

    private Reasons() {}

    public static String at(Node node) {
        return node.op() + " " + node.name();
    }
}
