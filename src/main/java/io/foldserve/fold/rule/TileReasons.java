package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;

/** The {@link Reasons} about convolutions of tiles added to a fully connected layer. Stateless. */
public final class TileReasons {
    private TileReasons() {}

    public static String open(Node node) {
        return "%s adds tiles of an open size, for which no one matrix is right; export with a fixed input size."
                .formatted(at(node));
    }

    public static String cutUnlike(Node node) {
        return "%s adds tiles that its branches do not cut alike; expected equal heights, widths and numbers of tiles."
                .formatted(at(node));
    }

    public static String resized(Node node) {
        return "%s adds a convolution whose stride or padding changes the size of its tile for some input; expected the same size."
                .formatted(at(node));
    }

    public static String border(Node node) {
        return "%s adds a convolution that reads beyond its tile or part of it, expected zeros around all of it."
                .formatted(at(node));
    }

    public static String groups(Node node, int found, int expected) {
        return "%s adds a convolution of %d groups to a fully connected layer of %d, expected a multiple."
                .formatted(at(node), found, expected);
    }
}
