package io.foldserve.fold.rule;

import io.foldserve.graph.Node;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A per-channel affine map that a rule takes from the network: {@code y[o] = scale[o]·x[o] + shift[o]}, in float64.
 * Immutable.
 */
public final class ChannelAffine {
    private final String rule;
    private final Node source;
    private final double[] scale;
    private final double[] shift;
    private final OptionalDouble epsilon;
    private final List<String> keys;

    /**
     * Takes over both arrays, one entry per channel.
     *
     * @param rule the rule that found it
     * @param source the node of the training form that it stands for
     * @param epsilon the epsilon of a normalisation, for the report
     * @param keys the constants it was made of
     */
    public ChannelAffine(
            String rule, Node source, double[] scale, double[] shift, OptionalDouble epsilon, List<String> keys) {
        if (scale.length != shift.length) {
            throw new IllegalArgumentException("%d scales and %d shifts".formatted(scale.length, shift.length));
        }
        this.rule = rule;
        this.source = source;
        this.scale = scale;
        this.shift = shift;
        this.epsilon = epsilon;
        this.keys = List.copyOf(keys);
    }

    /** {@code y[o] = x[o] + shift[o]}. */
    public static ChannelAffine shift(String rule, Node source, double[] shift, List<String> keys) {
        double[] ones = new double[shift.length];
        Arrays.fill(ones, 1);
        return new ChannelAffine(rule, source, ones, shift, OptionalDouble.empty(), keys);
    }

    public String rule() {
        return rule;
    }

    public Node source() {
        return source;
    }

    public int channels() {
        return scale.length;
    }

    public double scale(int o) {
        return scale[o];
    }

    public double shift(int o) {
        return shift[o];
    }

    public OptionalDouble epsilon() {
        return epsilon;
    }

    public List<String> keys() {
        return keys;
    }
}
