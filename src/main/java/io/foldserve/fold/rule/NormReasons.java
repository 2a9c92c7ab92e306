package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;

/** The {@link Reasons} about batch norms, and about dropouts, which a training form leaves on the same way. Stateless. */
public final class NormReasons {
    private static final String EVAL = "call eval() before export";

    private NormReasons() {}

    public static String ofInput(Node node, String value) {
        return "%s reads %s, which no node computes, expected a convolution or fully connected layer before it."
                .formatted(at(node), value);
    }

    public static String after(Node node, Node before) {
        return "%s follows %s, expected a convolution or fully connected layer before it."
                .formatted(at(node), at(before));
    }

    /** {@code node} could fold into {@code before}, were there not {@code reason}. */
    public static String afterDeclined(Node node, String reason) {
        return "%s follows a layer that cannot fold: %s".formatted(at(node), reason);
    }

    public static String ofTokens(Node node, Node product) {
        return "%s normalises axis 1, but the channels of %s before it are its last axis; transpose them to axis 1 first."
                .formatted(at(node), at(product));
    }

    public static String batchStatistics(Node node) {
        return "%s normalises with the statistics of its batch (training_mode = 1), expected its running statistics; %s."
                .formatted(at(node), EVAL);
    }

    public static String statisticNotConstant(Node node, String value) {
        return "%s reads %s from data, expected a constant; %s.".formatted(at(node), value, EVAL);
    }

    public static String statisticChannels(Node node, String value, int found, int expected) {
        return "%s has %d values in %s, expected one for each of %d channels."
                .formatted(at(node), found, value, expected);
    }

    public static String notFinite(Node node, int channel, double scale, double shift) {
        return "%s scales channel %d by %s and shifts it by %s, expected finite numbers; check that %s plus epsilon is positive."
                .formatted(at(node), channel, scale, shift, node.inputs().get(4));
    }

    public static String mayTrain(Node node, String mode) {
        return "%s may drop values, for its training mode %s is not a constant false; %s."
                .formatted(at(node), mode, EVAL);
    }
}
