package io.foldserve.fold.cost;

import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.PreparedInput;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.TransposedKernel;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Predicts what terms and nodes take to run: multiply-accumulates by kind of kernel, plus the bytes moved, plus a
 * constant for each operator. In nanoseconds.
 *
 * <p>Immutable; belongs to one fold.
 */
public final class IslandCost {
    /** The operators that make a plane of ones of an open size. */
    private static final int ONES = 4;

    private final CostModel model;
    private final Map<String, Shape> shapes;

    public IslandCost(CostModel model, Map<String, Shape> shapes) {
        this.model = model;
        this.shapes = shapes;
    }

    /**
     * The cost of {@code term} when its result is {@code value}, without that of {@link #readings}; infinite if no
     * padding and convolution are like it.
     */
    public double term(Term term, String value) {
        if (term.identity() || term.source().isConstant()) {
            return 0;
        }
        boolean written =
                term.source().border().isZero() && term.source().ones().isEmpty();
        if (!written && term.axes().stream().anyMatch(AxisTaps::crops)) {
            return Double.POSITIVE_INFINITY;
        }
        if (term.source().isUpsampled() && !TransposedKernel.fits(term)) {
            return Double.POSITIVE_INFINITY;
        }
        if (term.isUnplaceable()) {
            return Double.POSITIVE_INFINITY;
        }
        double positions = positions(term, value);
        if (term.source().last() && term.isDiagonal()) {
            double touched = Float.BYTES * 2.0 * term.outputs() * positions * model.moved() + model.launch();
            return (term.biased() ? 2 : 1) * touched;
        }
        // A matrix product has no groups; it is written as a dense one.
        boolean product = term.axes().isEmpty() || term.source().last();
        double fanIn = (product ? term.inputs() : term.groupInputs()) * (double) term.taps();
        double read = term.inputs() * (product ? positions : padded(PreparedInput.of(term)));
        double moved = Float.BYTES * (read + term.outputs() * (positions + fanIn));
        int launches = term.source().ones().isPresent() ? 1 + ONES : 1;
        return term.outputs() * fanIn * multiplied(term, value) * model.perMac(term)
                + moved * model.moved()
                + launches * model.launch();
    }

    // Of all examples; the value may have another number of channels.
    private double positions(Term term, String value) {
        Shape shape = shape(value);
        return (double) shape.size() / Math.max(1, shape.extent(term.frame().channelAxis()));
    }

    /** The cost of the views of {@code term}, whose result is {@code value}, if they are applied to the result. */
    public double viewed(Term term, String value) {
        if (!term.viewsAfter()) {
            return 0;
        }
        return views(term.source(), term.outputs() * positions(term, value));
    }

    private double views(TermInput source, double elements) {
        long transposed =
                source.commuted().stream().filter(node -> node.is("Transpose")).count();
        return transposed * (Float.BYTES * 2 * elements * model.moved() + model.launch());
    }

    /** The multiply-accumulates of {@code term} when its result is {@code value}. */
    public double macs(Term term, String value) {
        return term.identity() || term.source().isConstant()
                ? 0
                : (double) term.outputs() * term.groupInputs() * term.taps() * multiplied(term, value);
    }

    // The positions at which the kernel is applied: a transposed one to each position of its input.
    private double multiplied(Term term, String value) {
        return term.source().isUpsampled() ? positions(sourceShape(term.source())) : positions(term, value);
    }

    /** The cost of reading the values {@code node} reads and writing its results, once; a view moves nothing. */
    public double moved(Node node) {
        if (Operators.isReshape(node)) {
            return 0;
        }
        if (Operators.isSelection(node)) {
            return copied(2.0 * results(node));
        }
        double read = node.is("Pad") ? size(node.inputs().get(0)) : operands(node);
        return copied(results(node) + read);
    }

    private double results(Node node) {
        return node.outputs().stream().mapToDouble(this::size).sum();
    }

    private double operands(Node node) {
        return node.inputs().stream().mapToDouble(this::size).sum();
    }

    private double size(String value) {
        return Optional.ofNullable(shapes.get(value)).map(Shape::size).orElse(0);
    }

    private double copied(double elements) {
        return Float.BYTES * elements * model.moved() + model.launch();
    }

    /** The cost of adding a term like {@code term} to a sum with the positions of {@code value}. */
    public double addition(Term term, String value) {
        return Float.BYTES * 3.0 * term.outputs() * positions(term, value) * model.moved() + model.launch();
    }

    /** The cost of {@code node}, which treats all channels alike, on {@code channels} channels. */
    public double following(Node node, int channels) {
        if (Operators.isView(node)) {
            return moved(node);
        }
        Shape in = shape(node.inputs().get(0));
        Shape out = shape(node.output());
        double stated = operands(node) - in.size();
        return copied(channels * (positions(in) + positions(out)) + stated);
    }

    /** The cost of what {@code terms} read: averages, selections, crops and borders, each once. */
    public double readings(List<Term> terms) {
        List<PreparedInput> readings = terms.stream()
                .filter(term -> term.source().ones().isEmpty() && !term.viewsAfter())
                .map(PreparedInput::of)
                .filter(reading -> !reading.isPlain())
                .distinct()
                .toList();
        double cost = readings.stream()
                .filter(reading -> !reading.pads().isEmpty())
                .mapToDouble(this::padding)
                .sum();
        cost += readings.stream()
                .map(reading -> reading.source().within(Border.ZERO))
                .distinct()
                .mapToDouble(this::selection)
                .sum();
        return cost
                + readings.stream()
                        .map(reading -> reading.source().whole().within(Border.ZERO))
                        .distinct()
                        .mapToDouble(this::commuted)
                        .sum();
    }

    private double padding(PreparedInput reading) {
        double channels = channels(reading.source());
        return copied(channels * (padded(reading) + positions(sourceShape(reading.source()))));
    }

    private double selection(TermInput source) {
        return source.channels()
                .map(channels -> copied(2.0 * channels.size() * positions(sourceShape(source))))
                .orElse(0.0);
    }

    private double channels(TermInput source) {
        return source.channels().map(Channels::size).orElseGet(() -> shape(source.value())
                .extent(1));
    }

    private double padded(PreparedInput reading) {
        Shape shape = sourceShape(reading.source());
        double positions = shape.extent(0);
        for (int axis = 0; axis < shape.rank() - 2; axis++) {
            positions *= shape.extent(axis + 2) + reading.added(axis);
        }
        return positions;
    }

    private double commuted(TermInput source) {
        if (source.isViewed()) {
            return views(source, shape(source.value()).size());
        }
        double cost = 0;
        double channels = shape(source.value()).extent(1);
        String before = source.value();
        for (Node node : source.commuted()) {
            if (!Operators.isView(node)) {
                cost += copied(channels * (positions(shape(before)) + positions(shape(node.output()))));
            }
            before = node.output();
        }
        return cost;
    }

    private Shape sourceShape(TermInput source) {
        List<Node> commuted = source.commuted();
        return shape(
                commuted.isEmpty()
                        ? source.value()
                        : commuted.get(commuted.size() - 1).output());
    }

    // Of all examples.
    private static double positions(Shape shape) {
        return (double) shape.size() / Math.max(1, shape.extent(1));
    }

    private Shape shape(String value) {
        return Optional.ofNullable(shapes.get(value))
                .orElseThrow(() -> new IllegalStateException("the shape of " + value + " was not inferred"));
    }
}
