package io.foldserve.fold;

import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Predicts what terms and nodes take to run: multiply-accumulates by kind of kernel, plus the bytes moved, plus a constant
 * for each operator. In nanoseconds.
 *
 * <p>Immutable; belongs to one fold.
 */
final class IslandCost {
    /** The operators that make a plane of ones of an open size. */
    private static final int ONES = 4;

    private static final Set<String> VIEWS = Set.of("Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze");

    private final CostModel model;
    private final Map<String, Shape> shapes;

    IslandCost(CostModel model, Map<String, Shape> shapes) {
        this.model = model;
        this.shapes = shapes;
    }

    /** The cost of {@code term} when its result is {@code value}; infinite if no convolution is like it. */
    double term(Term term, String value) {
        if (term.identity() || term.source().isConstant()) {
            return 0;
        }
        if (term.axes().stream().anyMatch(AxisTaps::crops)) {
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
        double read = term.inputs() * (product ? positions : positions(sourceShape(term.source())));
        double moved = Float.BYTES * (read + term.outputs() * (positions + fanIn));
        int launches = term.source().ones().isPresent() ? 1 + ONES : 1;
        return term.outputs() * fanIn * positions * model.perMac(term)
                + moved * model.moved()
                + launches * model.launch();
    }

    // Of all examples.
    private double positions(Term term, String value) {
        return (double) shape(value).size() / Math.max(1, term.outputs());
    }

    /** The cost of the views of {@code term}, whose result is {@code value}, if they are applied to the result. */
    double viewed(Term term, String value) {
        if (!term.viewsAfter()) {
            return 0;
        }
        return views(term.source(), term.outputs() * positions(term, value));
    }

    private double views(Source source, double elements) {
        long transposed =
                source.commuted().stream().filter(node -> node.is("Transpose")).count();
        return transposed * (Float.BYTES * 2 * elements * model.moved() + model.launch());
    }

    /** True when {@code node} only moves elements; all but a Transpose do not even that. */
    static boolean isView(Node node) {
        return node.domain().isEmpty() && VIEWS.contains(node.op());
    }

    /** The multiply-accumulates of {@code term} when its result is {@code value}. */
    double macs(Term term, String value) {
        return term.identity() || term.source().isConstant()
                ? 0
                : (double) term.outputs() * term.groupInputs() * term.taps() * positions(term, value);
    }

    /** The cost of reading the values {@code node} reads and writing its result, once. */
    double moved(Node node) {
        if (isView(node) && !node.is("Transpose")) {
            return 0;
        }
        double elements = shape(node.output()).size();
        for (String input : node.inputs()) {
            elements += Optional.ofNullable(shapes.get(input)).map(Shape::size).orElse(0);
        }
        return Float.BYTES * elements * model.moved() + model.launch();
    }

    /** The cost of adding a term to the result {@code value}. */
    double addition(String value) {
        return Float.BYTES * 3.0 * shape(value).size() * model.moved() + model.launch();
    }

    /** The cost of the averages and views of {@code source}. */
    double commuted(Source source) {
        if (source.isViewed()) {
            return views(source, shape(source.value()).size());
        }
        double cost = 0;
        double channels = shape(source.value()).extent(1);
        String before = source.value();
        for (Node node : source.commuted()) {
            if (!isView(node)) {
                cost += Float.BYTES * channels * positions(shape(before)) * model.moved() + model.launch();
            }
            before = node.output();
        }
        return cost;
    }

    private Shape sourceShape(Source source) {
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
