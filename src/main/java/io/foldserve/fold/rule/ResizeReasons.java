package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.STATIC;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;

/** The {@link Reasons} about what changes places with no Resize. Stateless. */
public final class ResizeReasons {
    private ResizeReasons() {}

    public static String mode(Node node, String found) {
        return "%s interpolates by mode %s%s, expected nearest or linear without anti-aliasing, whose weights are known to add up to one."
                .formatted(at(node), found, node.integer("antialias", 0) != 0 ? " with anti-aliasing" : "");
    }

    public static String coordinates(Node node, String found) {
        return "%s finds its positions by %s, expected half_pixel, pytorch_half_pixel, align_corners or asymmetric, which put nothing of their own outside."
                .formatted(at(node), found);
    }

    public static String fromData(Node node) {
        return "%s takes its scales or sizes from data, expected constants; %s.".formatted(at(node), STATIC);
    }

    public static String ofChannels(Node node) {
        return "%s resizes the batch or the channels, expected the spatial axes alone.".formatted(at(node));
    }

    public static String neighbours(Node node, Node resize) {
        return "%s reads neighbours of what %s makes, so that they cannot change places; only 1×1 convolutions and scales per channel can."
                .formatted(at(node), at(resize));
    }
}
