package io.foldserve.graph;

import java.util.Map;

/**
 * From which opset on an operator means what this project takes it to mean (ONNX operator changelog): an input that was
 * an attribute before, or a default that changed, makes an older version another operator. Later versions up to
 * {@link #NEWEST} only took more element types and options.
 */
final class OperatorVersions {
    /**
     * The oldest opset that is read with understanding; batch norms and products changed for the last time in 7 to 9.
     */
    static final int OLDEST = 9;

    /** The newest opset whose changelog was read. */
    static final int NEWEST = 26;

    private static final int BATCH_NORM_WITH_TRAINING_MODE = 14;

    private static final Map<String, Integer> SINCE = Map.ofEntries(
            Map.entry("Clip", 11),
            Map.entry("Einsum", 12),
            Map.entry("HardSwish", 14),
            Map.entry("Pad", 11),
            Map.entry("Resize", 11),
            Map.entry("Slice", 10),
            Map.entry("Softmax", 13),
            Map.entry("Split", 13),
            Map.entry("Squeeze", 13),
            Map.entry("Unsqueeze", 13));

    private OperatorVersions() {}

    /** True when {@code node} is ONNX's own and unchanged in meaning at {@code opset}. */
    static boolean understood(Node node, int opset) {
        return node.domain().isEmpty()
                && opset <= NEWEST
                && opset >= SINCE.getOrDefault(node.op(), OLDEST)
                && !(isBatchNormInTraining(node) && opset < BATCH_NORM_WITH_TRAINING_MODE);
    }

    /** Before the attribute training_mode existed, a batch norm trained if it had more than one output. */
    private static boolean isBatchNormInTraining(Node node) {
        return node.is("BatchNormalization") && node.outputs().size() > 1;
    }
}
