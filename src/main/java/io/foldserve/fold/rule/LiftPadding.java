package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.STATIC;
import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The term of a padding, or of a crop, which pads by less than nothing.
 *
 * <p>Algebra: one tap, {@code K = 1}, whose offset is the padding. What is read outside is the term's {@link Border}.
 *
 * <p>Declines amounts that are not constant or not around the spatial axes, constants that are not known, and crops in
 * modes that copy what they may have cropped.
 */
final class LiftPadding extends Lift {
    private final ConstantValues constants;

    LiftPadding(GraphFacts facts) {
        super(facts);
        this.constants = facts.constants();
    }

    @Override
    public String sentence() {
        return "A padding is one tap whose offset is the amount, and a crop pads by less than nothing.";
    }

    @Override
    public String source() {
        return "linearity; the definition of ONNX's Pad";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Pad");
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        boolean known = node.inputs().stream().skip(1).allMatch(input -> input.isEmpty() || constants.contains(input));
        if (!known || node.input(1).isEmpty()) {
            return Optional.of(paddingAmounts(node));
        }
        int[] pads = pads(node, shape);
        if (IntStream.of(0, 1, shape.rank(), shape.rank() + 1).anyMatch(i -> pads[i] != 0)) {
            return Optional.of(paddingValues(node));
        }
        Border border = border(node);
        if (!Double.isFinite(border.value())) {
            return Optional.of(paddingNotFinite(node));
        }
        return border.copies() && Arrays.stream(pads).anyMatch(pad -> pad < 0)
                ? Optional.of(paddingCrops(node, border))
                : Optional.empty();
    }

    // Beginnings, then ends, of all axes.
    private int[] pads(Node node, Shape shape) {
        long[] listed = constants.evaluate(node.inputs().get(1)).toLongs();
        long[] axes = node.input(3)
                .map(name -> constants.evaluate(name).toLongs())
                .orElseGet(() -> LongStream.range(0, shape.rank()).toArray());
        int[] pads = new int[2 * shape.rank()];
        for (int i = 0; i < axes.length; i++) {
            int axis = Math.toIntExact(Math.floorMod(axes[i], (long) shape.rank()));
            pads[axis] = Math.toIntExact(listed[i]);
            pads[axis + shape.rank()] = Math.toIntExact(listed[i + axes.length]);
        }
        return pads;
    }

    private Border border(Node node) {
        String mode = node.text("mode", "constant");
        double value = node.input(2)
                .filter(name -> mode.equals("constant"))
                .map(name -> constants.evaluate(name).toDoubles()[0])
                .orElse(0.0);
        return new Border(mode, value == 0 ? 0 : value);
    }

    @Override
    Term term(Node node, Shape shape) {
        int[] pads = pads(node, shape);
        List<AxisTaps> axes = new ArrayList<>();
        for (int axis = 2; axis < shape.rank(); axis++) {
            axes.add(new AxisTaps(-pads[axis], 1, 1, 1, pads[axis + shape.rank()]));
        }
        TermInput source = TermInput.of(operand(node));
        Term shifted = Term.identity(source, shape.extent(1), axes.size()).at(axes);
        return shifted.reading(source.within(border(node)), axes.size());
    }

    private static String paddingAmounts(Node node) {
        return "%s does not list a constant amount for every axis; %s.".formatted(at(node), STATIC);
    }

    private static String paddingValues(Node node) {
        return "%s pads the batch or the channels, expected the spatial axes alone.".formatted(at(node));
    }

    private static String paddingNotFinite(Node node) {
        return "%s pads by a value that is not finite; check its constant.".formatted(at(node));
    }

    private static String paddingCrops(Node node, Border border) {
        return "%s pads by %s and crops too, expected one of them; crop by a Slice.".formatted(at(node), border);
    }
}
