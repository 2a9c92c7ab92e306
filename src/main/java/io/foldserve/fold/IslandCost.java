package io.foldserve.fold;

import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Predicts what terms and nodes take to run: multiply-accumulates by kind of kernel, plus the bytes moved, plus a constant
 * for each operator. In nanoseconds.
 *
 * <p>Immutable; belongs to one fold.
 */
final class IslandCost {
    /** The operators that make a plane of ones of an open size. */
    private static final int ONES = 4;

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
        // A matrix product has no groups; it is written as a dense one.
        double fanIn = (term.axes().isEmpty() ? term.inputs() : term.groupInputs()) * (double) term.taps();
        double positions = positions(shape(value));
        double read = term.inputs() * positions(sourceShape(term.source()));
        double moved = Float.BYTES * (read + term.outputs() * (positions + fanIn));
        int launches = term.source().ones().isPresent() ? 1 + ONES : 1;
        return term.outputs() * fanIn * positions * model.perMac(term)
                + moved * model.moved()
                + launches * model.launch();
    }

    /** The multiply-accumulates of {@code term} when its result is {@code value}. */
    double macs(Term term, String value) {
        return term.identity() || term.source().isConstant()
                ? 0
                : (double) term.outputs() * term.groupInputs() * term.taps() * positions(shape(value));
    }

    /** The cost of reading the values {@code node} reads and writing its result, once. */
    double moved(Node node) {
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
        double cost = 0;
        double channels = shape(source.value()).extent(1);
        String before = source.value();
        for (Node node : source.commuted()) {
            if (!node.is("Flatten") && !node.is("Reshape") && !node.is("Squeeze")) {
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
