package io.foldserve.task;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Adds the end of a {@link ServingGraph}: from what the network gives to what is answered. Used once, for one graph.
 */
final class ServingHead {
    private static final int ONNX_UINT8 = 2;
    private static final int ONNX_INT32 = 6;

    /** The smallest probability whose logarithm is told: float32's smallest normal number. */
    private static final float LEAST = Float.MIN_NORMAL;

    private final GraphBuilder builder;
    private final int labels;
    private final Head head;

    ServingHead(GraphBuilder builder, int labels, Head head) {
        this.builder = builder;
        this.labels = labels;
        this.head = head;
    }

    /** Logits and probabilities of {@code output}, FLOAT32 {@code [1, classes]}. */
    void classification(String output, int classes) {
        boolean positiveOnly = classes == 1 && labels == 2;
        if (head == Head.PROBABILITIES) {
            if (positiveOnly) {
                String one = builder.constant("foldserve/one", Tensor.ofFloats(Shape.of(1, 1), 1));
                String other = builder.add("Sub", "foldserve/other", List.of(one, output));
                builder.add(
                        "Concat", ServingGraph.PROBABILITIES, List.of(other, output), Map.of("axis", Attribute.of(1)));
            } else {
                builder.add("Identity", ServingGraph.PROBABILITIES, List.of(output));
            }
            String least = builder.constant("foldserve/least", Tensor.ofFloats(Shape.of(1, 1), LEAST));
            String positive = builder.add("Max", "foldserve/positive", List.of(ServingGraph.PROBABILITIES, least));
            builder.add("Log", ServingGraph.LOGITS, List.of(positive));
        } else {
            scores(output, positiveOnly);
        }
        builder.output(Value.of(ServingGraph.LOGITS, DType.FLOAT32, Shape.of(1, labels)));
        builder.output(Value.of(ServingGraph.PROBABILITIES, DType.FLOAT32, Shape.of(1, labels)));
    }

    private void scores(String output, boolean positiveOnly) {
        if (positiveOnly) {
            String zero = builder.constant("foldserve/zero", Tensor.ofFloats(Shape.of(1, 1), 0));
            builder.add("Concat", ServingGraph.LOGITS, List.of(zero, output), Map.of("axis", Attribute.of(1)));
        } else {
            builder.add("Identity", ServingGraph.LOGITS, List.of(output));
        }
        if (head == Head.SIGMOID && !positiveOnly) {
            builder.add("Sigmoid", ServingGraph.PROBABILITIES, List.of(ServingGraph.LOGITS));
        } else {
            builder.add(
                    "Softmax",
                    ServingGraph.PROBABILITIES,
                    List.of(ServingGraph.LOGITS),
                    Map.of("axis", Attribute.of(1)));
        }
    }

    /** The mask of {@code output}, FLOAT32 {@code [1, classes, H, W]}. */
    void segmentation(Value output) {
        Shape given = output.shape().orElseThrow();
        Shape pixels = Shape.of(1, given.extent(2), given.extent(3));
        boolean small = labels <= 256;
        int type = small ? ONNX_UINT8 : ONNX_INT32;
        if (given.extent(1) > 1) {
            String best = builder.add(
                    "ArgMax",
                    "foldserve/best",
                    List.of(output.name()),
                    Map.of("axis", Attribute.of(1), "keepdims", Attribute.of(0)));
            builder.add("Cast", ServingGraph.MASK, List.of(best), Map.of("to", Attribute.of(type)));
        } else {
            String shape = builder.constant("foldserve/pixels", Tensor.ofLongs(Shape.of(3), pixels.toLongs()));
            String flat = builder.add("Reshape", "foldserve/flat", List.of(classes(output.name()), shape));
            builder.add("Cast", ServingGraph.MASK, List.of(flat), Map.of("to", Attribute.of(type)));
        }
        builder.output(Value.of(ServingGraph.MASK, small ? DType.UINT8 : DType.INT32, pixels));
    }

    /** The probability of each label at each pixel of {@code output}, FLOAT32 {@code [1, classes, H, W]}. */
    void maskScores(Value output) {
        Shape given = output.shape().orElseThrow();
        Map<String, Attribute> channels = Map.of("axis", Attribute.of(1));
        if (given.extent(1) == 1) {
            String positive = head == Head.PROBABILITIES
                    ? output.name()
                    : builder.add("Sigmoid", "foldserve/second", List.of(output.name()));
            String one = builder.constant("foldserve/whole", Tensor.ofFloats(Shape.of(1, 1, 1, 1), 1));
            String other = builder.add("Sub", "foldserve/first", List.of(one, positive));
            builder.add("Concat", ServingGraph.SCORES, List.of(other, positive), channels);
        } else if (head == Head.SOFTMAX) {
            builder.add("Softmax", ServingGraph.SCORES, List.of(output.name()), channels);
        } else {
            builder.add(head == Head.SIGMOID ? "Sigmoid" : "Identity", ServingGraph.SCORES, List.of(output.name()));
        }
        builder.output(
                Value.of(ServingGraph.SCORES, DType.FLOAT32, Shape.of(1, labels, given.extent(2), given.extent(3))));
    }

    /** Of a single channel: the class indices that it holds, or whether it is above the threshold. */
    private String classes(String channel) {
        if (head == Head.MASK) {
            return channel;
        }
        String threshold =
                builder.constant("foldserve/threshold", Tensor.ofFloats(Shape.of(1), (float) head.threshold()));
        return builder.add("Greater", "foldserve/above", List.of(channel, threshold));
    }
}
