package io.foldserve.fold;

import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.util.List;

/**
 * Every reason for declining a fold, as one sentence for people: which node, what is in the way (found and expected), and what
 * to do about it where anything can be done. Stateless.
 */
final class Reasons {
    private static final String EVAL = "call eval() before export";
    private static final String STATIC = "export with static shapes";

    private Reasons() {}

    private static String at(Node node) {
        return node.op() + " " + node.name();
    }

    // Kernels and biases

    static String kernelNotConstant(Node node, String kernel) {
        return "%s reads its kernel %s from data, expected a constant; export it as an initializer."
                .formatted(at(node), kernel);
    }

    static String kernelType(Node node, DType found) {
        return "%s has a kernel of %s, expected FLOAT32; export the network in float32.".formatted(at(node), found);
    }

    static String kernelShape(Node node, String kernel) {
        return "%s has a kernel %s of unknown shape; %s.".formatted(at(node), kernel, STATIC);
    }

    static String transposedInput(Node node) {
        return "%s transposes its input (transA = 1), expected transA = 0; transpose the input in a node before it."
                .formatted(at(node));
    }

    static String productOfUnknown(Node node, String value) {
        return "%s multiplies %s of unknown shape, expected a matrix; %s.".formatted(at(node), value, STATIC);
    }

    static String productOfRanks(Node node, int data, int kernel) {
        return "%s multiplies values of rank %d and %d, expected a constant matrix on the right; export it as a fully connected layer."
                .formatted(at(node), data, kernel);
    }

    static String biasNotConstant(Node node, String bias) {
        return "%s reads its bias %s from data, expected a constant; export it as an initializer."
                .formatted(at(node), bias);
    }

    static String biasShapeUnknown(Node node, String bias) {
        return "%s has a bias %s of unknown shape; %s.".formatted(at(node), bias, STATIC);
    }

    static String biasShape(Node node, String bias, Shape found, int outputs) {
        return "%s adds %s of shape %s, expected one value for each of its %d outputs."
                .formatted(at(node), bias, found, outputs);
    }

    // Readers and names

    /** {@code value}, made by {@code producer} for {@code node}, is read by the nodes {@code others} or is an output. */
    static String alsoRead(Node node, String value, Node producer, List<String> others, boolean output) {
        String between = "%s reads %s of %s, which ".formatted(at(node), value, at(producer));
        String readers = String.join(", ", others) + (others.size() == 1 ? " reads" : " read");
        if (others.isEmpty()) {
            return between + "is also a graph output; remove %s from the outputs to fold.".formatted(value);
        }
        return output
                ? between + readers + " too and which is also a graph output; to fold, nothing else may need it."
                : between + readers + " too; to fold, nothing else may need it.";
    }

    static String extraOutputRead(Node node, String output, List<String> readers) {
        return "%s makes a second output %s, which %s needs; to fold, nothing may need it."
                .formatted(at(node), output, String.join(", ", readers));
    }

    static String captured(Node node, String value, Node reader) {
        return "%s stands at %s, which a subgraph of %s reads by that name; let the subgraph read an Identity of it."
                .formatted(at(node), value, at(reader));
    }

    static String outputKeepsName(Node node, String value) {
        return "%s makes the graph output %s of %s, and both must keep their names; remove %s from the outputs to fold."
                .formatted(at(node), node.output(), value, node.output());
    }

    // Batch norms and dropouts

    static String normOfInput(Node node, String value) {
        return "%s reads %s, which no node computes, expected a convolution or fully connected layer before it."
                .formatted(at(node), value);
    }

    static String normAfter(Node node, Node before) {
        return "%s follows %s, expected a convolution or fully connected layer before it."
                .formatted(at(node), at(before));
    }

    /** {@code node} could fold into {@code before}, were there not {@code reason}. */
    static String normAfterDeclined(Node node, String reason) {
        return "%s follows a layer that cannot fold: %s".formatted(at(node), reason);
    }

    static String normOfTokens(Node node, Node product) {
        return "%s normalises axis 1, but the channels of %s before it are its last axis; transpose them to axis 1 first."
                .formatted(at(node), at(product));
    }

    static String batchStatistics(Node node) {
        return "%s normalises with the statistics of its batch (training_mode = 1), expected its running statistics; %s."
                .formatted(at(node), EVAL);
    }

    static String statisticNotConstant(Node node, String value) {
        return "%s reads %s from data, expected a constant; %s.".formatted(at(node), value, EVAL);
    }

    static String statisticChannels(Node node, String value, int found, int expected) {
        return "%s has %d values in %s, expected one for each of %d channels."
                .formatted(at(node), found, value, expected);
    }

    static String normNotFinite(Node node, int channel, double scale, double shift) {
        return "%s scales channel %d by %s and shifts it by %s, expected finite numbers; check that %s plus epsilon is positive."
                .formatted(at(node), channel, scale, shift, node.inputs().get(4));
    }

    static String mayTrain(Node node, String mode) {
        return "%s may drop values, for its training mode %s is not a constant false; %s."
                .formatted(at(node), mode, EVAL);
    }

    // Other operators that are linear under conditions

    static String noChannels(Node node, String value, Shape shape) {
        return "%s reads %s of shape %s, expected a batch and channels.".formatted(at(node), value, shape);
    }

    static String openAutoPad(Node node, String value) {
        return "%s pads by auto_pad, which depends on the open size of %s; export with explicit pads."
                .formatted(at(node), value);
    }

    static String roundsUp(Node node) {
        return "%s rounds its output size up (ceil_mode = 1), expected down; export with ceil_mode=False if both sizes are equal."
                .formatted(at(node));
    }

    static String averageAutoPad(Node node) {
        return "%s pads by auto_pad, expected explicit pads; export with pads.".formatted(at(node));
    }

    static String excludesPadding(Node node) {
        return "%s leaves its padding out of the mean, so that no one kernel is right at the border; train with count_include_pad=True to fold."
                .formatted(at(node));
    }

    static String paddingAmounts(Node node) {
        return "%s does not list a constant amount for every axis; %s.".formatted(at(node), STATIC);
    }

    static String paddingValues(Node node) {
        return "%s pads the batch or the channels, expected the spatial axes alone.".formatted(at(node));
    }

    static String paddingNotFinite(Node node) {
        return "%s pads by a value that is not finite; check its constant.".formatted(at(node));
    }

    static String paddingCrops(Node node, Border border) {
        return "%s pads by %s and crops too, expected one of them; crop by a Slice.".formatted(at(node), border);
    }

    static String splitAxis(Node node) {
        return "%s divides another axis than the channels, expected axis 1.".formatted(at(node));
    }

    static String gatherAxis(Node node) {
        return "%s picks along another axis than the channels, expected axis 1.".formatted(at(node));
    }

    static String gatherIndices(Node node, String indices) {
        return "%s picks channels by %s, expected a constant list; export the indices as an initializer."
                .formatted(at(node), indices);
    }

    static String sliceBounds(Node node) {
        return "%s takes bounds from data, expected constants; %s.".formatted(at(node), STATIC);
    }

    static String sliceWindow(Node node, Shape shape) {
        return "%s takes of %s other than channels and a window of positions, which is no convolution."
                .formatted(at(node), shape);
    }

    static String sliceOpen(Node node, String value) {
        return "%s takes what depends on the open size of %s; %s.".formatted(at(node), value, STATIC);
    }

    static String outputShape(Node node) {
        return "%s pads as its output's shape asks (auto_pad or output_shape), expected explicit pads; export with pads."
                .formatted(at(node));
    }

    static String dividesByData(Node node, String value) {
        return "%s divides %s by data, which is not linear.".formatted(at(node), value);
    }

    static String notPerChannel(Node node, String value, Shape found, int channels) {
        return "%s reads %s of shape %s, expected one value for each of %d channels."
                .formatted(at(node), value, found, channels);
    }

    static String notFinite(Node node, String value) {
        return "%s reads %s, which makes values that are not finite; check the stored tensor."
                .formatted(at(node), value);
    }

    // Sequences, branches and cost

    static String biasAtBorder(Node node, String before) {
        return "%s pads with zeros where %s before it has its bias, so that no one kernel is right at the border; train with the padding on %s to fold."
                .formatted(at(node), before, before);
    }

    static String inputAtBorder(Node node, String before) {
        return "%s pads with zeros where %s before it still reads its input, so that no one kernel is right at the border; train with all padding on %s to fold."
                .formatted(at(node), before, before);
    }

    static String shiftAtBorder(Node node, String before) {
        return "%s pads with zeros, which %s before it does not shift as it shifts its input; train with the padding before %s to fold."
                .formatted(at(node), before, before);
    }

    static String beforeTransposed(Node node, String before) {
        return "%s spreads its input apart, and %s before it does more than map each position without a bias, so that no one kernel is right between them; train without a bias on %s to fold."
                .formatted(at(node), before, before);
    }

    static String beforeBorder(Node node, String before, Border border) {
        return "%s pads by %s, and %s before it does not commute with that; train with the padding before %s to fold."
                .formatted(at(node), border, before, before);
    }

    /** {@code why} is one of those below. */
    static String unlikeBranches(Node node, String why) {
        return "%s cannot join its branches in one kernel: %s.".formatted(at(node), why);
    }

    static String branchValues(String left, String right) {
        return "they read %s and %s, expected one value".formatted(left, right);
    }

    static String branchStrides(int left, int right) {
        return "they have strides %d and %d, expected equal ones".formatted(left, right);
    }

    static String branchBorders(Border left, Border right) {
        return "they pad by %s and by %s, expected one of them".formatted(left, right);
    }

    static String openTiles(Node node) {
        return "%s adds tiles of an open size, for which no one matrix is right; export with a fixed input size."
                .formatted(at(node));
    }

    static String otherTiles(Node node) {
        return "%s adds tiles that its branches do not cut alike; expected equal heights, widths and numbers of tiles."
                .formatted(at(node));
    }

    static String tileResized(Node node) {
        return "%s adds a convolution whose stride or padding changes the size of its tile for some input; expected the same size."
                .formatted(at(node));
    }

    static String tileBorder(Node node) {
        return "%s adds a convolution that reads beyond its tile or part of it, expected zeros around all of it."
                .formatted(at(node));
    }

    static String tileGroups(Node node, int found, int expected) {
        return "%s adds a convolution of %d groups to a fully connected layer of %d, expected a multiple."
                .formatted(at(node), found, expected);
    }

    static String openExtents(Node node) {
        return "%s joins branches that have one size for some input sizes only; export with a fixed input size."
                .formatted(at(node));
    }

    static String slower(Node node, List<String> names, double together, double apart) {
        return "%s stays apart to be fast: %s as one operator would take %.0f multiply-accumulates, apart they take %.0f."
                .formatted(at(node), String.join(", ", names), together, apart);
    }

    static String slowerWhenTimed(Node node, List<String> names, double togetherNanos, double apartNanos) {
        return "%s stays apart to be fast: %s took %.0f µs as one when both were timed here, apart %.0f µs."
                .formatted(at(node), String.join(", ", names), togetherNanos / 1000, apartNanos / 1000);
    }
}
