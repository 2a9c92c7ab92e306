package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Node;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A node after a layer that has become part of it: {@code y[o] = t[o]·x[o] + s[o]}. Immutable.
 *
 * @param rule the rule that absorbed it
 * @param node the node of the training form
 * @param map t, one tap for each of the O channels, and s as the bias
 */
public record AbsorbedAffine(String rule, Node node, Weights map) {
    /** The epsilon of a normalisation. */
    public OptionalDouble epsilon() {
        return node.is("BatchNormalization") ? OptionalDouble.of(BatchNormMap.epsilon(node)) : OptionalDouble.empty();
    }

    /** The stored tensors that it is made of. */
    public List<String> keys(ConstantValues constants) {
        return node.inputs().stream()
                .filter(constants::contains)
                .flatMap(value -> constants.keys(value).stream())
                .distinct()
                .toList();
    }
}
