package io.foldserve.fold;

import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * R10: an average over positions, or a view of one position as a vector, changes places with a pointwise term before it.
 *
 * <p>Algebra: {@code mean_p(K·x[p] + b) = K·mean_p(x[p]) + b}, for the weights of a mean add up to one. So an affine map or
 * 1×1 convolution before a global average, an average pooling without padding, or a flattening of one position moves behind
 * it, where there are fewer positions and the classifier can take it in. Exact.
 *
 * <p>Source: linearity; Lin et al., "Network In Network", arXiv 1312.4400, section 3.2 (global average pooling).
 *
 * <p>Declines terms that read more than their own position, and averages that pad.
 */
final class CommuteAverage {
    static final String NAME = "commute";

    private final Map<String, Shape> shapes;
    private final ConstantValues constants;

    CommuteAverage(ConstantValues constants, Map<String, Shape> shapes) {
        this.constants = constants;
        this.shapes = shapes;
    }

    /** True when {@code node} is an average or view that commutes with pointwise terms. */
    boolean isCandidate(Node node) {
        if (!node.domain().isEmpty() || node.inputs().isEmpty()) {
            return false;
        }
        return switch (node.op()) {
            case "GlobalAveragePool" -> true;
            case "AveragePool" ->
                node.integer("ceil_mode", 0) == 0
                        && node.text("auto_pad", "NOTSET").equals("NOTSET")
                        && node.integers("pads", List.of()).stream().allMatch(pad -> pad == 0);
            case "ReduceMean" -> isSpatialMean(node);
            case "Flatten", "Reshape", "Squeeze" -> isView(node);
            default -> false;
        };
    }

    // All spatial axes and no other, kept as extents of 1.
    private boolean isSpatialMean(Node node) {
        return shape(node.inputs().get(0))
                        .flatMap(in -> shape(node.output())
                                .map(out -> in.rank() == out.rank()
                                        && in.rank() > 2
                                        && in.extent(1) == out.extent(1)
                                        && out.size() == in.extent(1)))
                        .orElse(false)
                && node.inputs().stream().skip(1).allMatch(constants::contains);
    }

    private boolean isView(Node node) {
        return shape(node.inputs().get(0))
                .flatMap(in -> shape(node.output())
                        .map(out ->
                                in.rank() > 2 && out.rank() == 2 && in.size() == in.extent(1) && out.extent(0) == 1))
                .orElse(false);
    }

    private Optional<Shape> shape(String value) {
        return Optional.ofNullable(shapes.get(value));
    }

    /** Why {@code node} does not change places with {@code term}, if so. */
    static Optional<String> whyNot(Node node, Term term) {
        return term.isPointwise()
                ? Optional.empty()
                : Optional.of("%s %s averages what reads more than its own position".formatted(node.op(), node.name()));
    }

    /** {@code term} reading what {@code node} makes of its input. */
    static Term apply(Node node, Term term) {
        boolean flat = !node.op().endsWith("Pool") && !node.is("ReduceMean");
        return term.reading(term.source().then(node), flat);
    }
}
