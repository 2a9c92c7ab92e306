package io.foldserve.fold;

import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * R3 of a padding with zeros, or of a crop, which pads by less than nothing.
 *
 * <p>Algebra: one tap, {@code K = 1}, whose offset is the padding.
 *
 * <p>Declines other modes and values, and amounts that are not constant or not around the spatial axes.
 */
final class LiftPadding implements Lift {
    private final ConstantValues constants;

    LiftPadding(ConstantValues constants) {
        this.constants = constants;
    }

    @Override
    public Optional<String> whyNot(Node node, Shape shape) {
        String mode = node.text("mode", "constant");
        if (!mode.equals("constant")) {
            return Optional.of(Reasons.paddingMode(node, mode));
        }
        Optional<String> amounts = node.input(1).filter(constants::contains);
        if (amounts.isEmpty() || node.input(3).isPresent()) {
            return Optional.of(Reasons.paddingAmounts(node));
        }
        long[] pads = constants.evaluate(amounts.get()).toLongs();
        boolean channels = IntStream.of(0, 1, shape.rank(), shape.rank() + 1).anyMatch(i -> pads[i] != 0);
        boolean zero = node.input(2)
                .map(value -> constants.contains(value)
                        && Arrays.stream(constants.evaluate(value).toDoubles()).allMatch(v -> v == 0))
                .orElse(true);
        return channels || !zero ? Optional.of(Reasons.paddingValues(node)) : Optional.empty();
    }

    @Override
    public Term term(Node node, Shape shape) {
        long[] pads = constants.evaluate(node.inputs().get(1)).toLongs();
        List<AxisTaps> axes = new ArrayList<>(Collections.nCopies(shape.rank() - 2, AxisTaps.POINT));
        for (int axis = 0; axis < axes.size(); axis++) {
            int begin = Math.toIntExact(pads[axis + 2]);
            int end = Math.toIntExact(pads[axis + 2 + shape.rank()]);
            axes.set(axis, new AxisTaps(-begin, 1, 1, 1, end));
        }
        Term identity = Term.identity(Source.of(node.inputs().get(0)), shape.extent(1), axes.size());
        return new Term(
                identity.source(),
                identity.outputs(),
                identity.inputs(),
                identity.groups(),
                axes,
                false,
                false,
                identity.weights());
    }
}
