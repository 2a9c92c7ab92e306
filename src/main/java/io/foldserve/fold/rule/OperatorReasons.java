package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.STATIC;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Reasons;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;

/** The {@link Reasons} about the other operators that are linear under conditions: averages, paddings, selections and arithmetic. Stateless. */
public final class OperatorReasons {
    private OperatorReasons() {}

    public static String noChannels(Node node, String value, Shape shape) {
        return "%s reads %s of shape %s, expected a batch and channels.".formatted(at(node), value, shape);
    }

    public static String openAutoPad(Node node, String value) {
        return "%s pads by auto_pad, which depends on the open size of %s; export with explicit pads."
                .formatted(at(node), value);
    }

    public static String roundsUp(Node node) {
        return "%s rounds its output size up (ceil_mode = 1), expected down; export with ceil_mode=False if both sizes are equal."
                .formatted(at(node));
    }

    public static String averageAutoPad(Node node) {
        return "%s pads by auto_pad, expected explicit pads; export with pads.".formatted(at(node));
    }

    public static String excludesPadding(Node node) {
        return "%s leaves its padding out of the mean, so that no one kernel is right at the border; train with count_include_pad=True to fold."
                .formatted(at(node));
    }

    public static String paddingAmounts(Node node) {
        return "%s does not list a constant amount for every axis; %s.".formatted(at(node), STATIC);
    }

    public static String paddingValues(Node node) {
        return "%s pads the batch or the channels, expected the spatial axes alone.".formatted(at(node));
    }

    public static String paddingNotFinite(Node node) {
        return "%s pads by a value that is not finite; check its constant.".formatted(at(node));
    }

    public static String paddingCrops(Node node, Border border) {
        return "%s pads by %s and crops too, expected one of them; crop by a Slice.".formatted(at(node), border);
    }

    /** {@code does} what {@code node} does to the channels otherwise, with its preposition. */
    public static String otherAxis(Node node, String does) {
        return "%s %s another axis than the channels, expected axis 1.".formatted(at(node), does);
    }

    public static String gatherIndices(Node node, String indices) {
        return "%s picks channels by %s, expected a constant list; export the indices as an initializer."
                .formatted(at(node), indices);
    }

    public static String sliceBounds(Node node) {
        return "%s takes bounds from data, expected constants; %s.".formatted(at(node), STATIC);
    }

    public static String sliceWindow(Node node, Shape shape) {
        return "%s takes of %s other than channels and a window of positions, which is no convolution."
                .formatted(at(node), shape);
    }

    public static String sliceOpen(Node node, String value) {
        return "%s takes what depends on the open size of %s; %s.".formatted(at(node), value, STATIC);
    }

    public static String outputShape(Node node) {
        return "%s pads as its output's shape asks (auto_pad or output_shape), expected explicit pads; export with pads."
                .formatted(at(node));
    }

    public static String dividesByData(Node node, String value) {
        return "%s divides %s by data, which is not linear.".formatted(at(node), value);
    }

    public static String notPerChannel(Node node, String value, Shape found, int channels) {
        return "%s reads %s of shape %s, expected one value for each of %d channels."
                .formatted(at(node), value, found, channels);
    }

    public static String notFinite(Node node, String value) {
        return "%s reads %s, which makes values that are not finite; check the stored tensor."
                .formatted(at(node), value);
    }
}
