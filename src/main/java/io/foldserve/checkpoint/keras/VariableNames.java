package io.foldserve.checkpoint.keras;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The names of a layer's variables where a file only numbers them: those of Keras's own layers, and of DO-Conv's
 * reference layer, in the order in which the layers make them. A layer of another class, or with another number of
 * variables, keeps the numbers.
 */
final class VariableNames {
    /** What a batch norm without scale, or without centre, has in place of {@code gamma} and {@code beta}. */
    static final String EITHER = "gamma_or_beta";

    private static final List<String> KERNEL = List.of("kernel");
    private static final List<String> KERNEL_BIAS = List.of("kernel", "bias");

    /** By the class's name in snake case; each list of names fits layers with that many variables. */
    private static final Map<String, List<List<String>>> KERAS = Map.of(
            "conv2d", List.of(KERNEL, KERNEL_BIAS),
            "conv2d_transpose", List.of(KERNEL, KERNEL_BIAS),
            "depthwise_conv2d", List.of(KERNEL, KERNEL_BIAS),
            "dense", List.of(KERNEL, KERNEL_BIAS),
            "batch_normalization",
                    List.of(
                            List.of("moving_mean", "moving_variance"),
                            List.of(EITHER, "moving_mean", "moving_variance"),
                            List.of("gamma", "beta", "moving_mean", "moving_variance")),
            "do_conv2d", List.of(KERNEL, KERNEL_BIAS, List.of("kernel", "bias", "D")));

    private VariableNames() {}

    /**
     * Names for the variables of a layer, as many as there are {@code ranks}.
     *
     * @param kind the layer's class in snake case
     * @param ranks how many axes each variable has, in the layer's order
     */
    static List<String> of(String kind, List<Integer> ranks) {
        if (kind.equals("do_conv2d") && ranks.equals(List.of(3, 3))) {
            return List.of("kernel", "D");
        }
        return KERAS.getOrDefault(kind, List.of()).stream()
                .filter(names -> names.size() == ranks.size())
                .findFirst()
                .orElseGet(() -> IntStream.range(0, ranks.size())
                        .mapToObj(Integer::toString)
                        .toList());
    }
}
