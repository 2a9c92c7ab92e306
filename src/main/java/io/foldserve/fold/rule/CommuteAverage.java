package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.ChannelAxis;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * An average over positions changes places with a pointwise term before it.
 *
 * <p>Algebra: {@code mean_p(K·x[p] + b) = K·mean_p(x[p]) + b}, for the weights of a mean add up to one. So an affine
 * map or 1×1 convolution before a global average or an average pooling without padding moves behind it, where there are
 * fewer positions and the classifier can take it in. Exact.
 *
 * <p>Source: linearity; Lin et al., "Network In Network", arXiv 1312.4400, section 3.2 (global average pooling).
 *
 * <p>Declines terms that read more than their own position, and averages that pad.
 */
public final class CommuteAverage implements Rule {
    private final ValueShapes shapes;
    private final ConstantValues constants;

    public CommuteAverage(GraphFacts facts) {
        this.constants = facts.constants();
        this.shapes = facts.shapes();
    }

    @Override
    public String name() {
        return Commuting.NAME;
    }

    @Override
    public String sentence() {
        return "An average over positions changes places with a pointwise term before it.";
    }

    @Override
    public String source() {
        return "linearity; Lin et al., \"Network In Network\", arXiv 1312.4400, section 3.2";
    }

    @Override
    public Set<String> operators() {
        return Set.of("GlobalAveragePool", "AveragePool", "ReduceMean");
    }

    @Override
    public Outcome apply(Node node, Known known) {
        return Commuting.readsOne(node, known) && isCandidate(node)
                ? Outcome.of(Commuting.forms(node, known, term -> moved(node, term)), List.of())
                : Outcome.notMine();
    }

    // True for an average that commutes with pointwise terms.
    private boolean isCandidate(Node node) {
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
            default -> false;
        };
    }

    // All spatial axes and no other.
    private boolean isSpatialMean(Node node) {
        Optional<Shape> in = shapes.find(node.inputs().get(0));
        boolean known = node.inputs().stream().skip(1).allMatch(constants::contains);
        if (in.isEmpty() || in.get().rank() < 3 || !known) {
            return false;
        }
        int rank = in.get().rank();
        Stream<Long> axes = node.input(1)
                .map(value -> LongStream.of(constants.evaluate(value).toLongs()).boxed())
                .orElseGet(() -> node.integers("axes", List.of()).stream().map(Integer::longValue));
        Set<Integer> spatial = IntStream.range(2, rank).boxed().collect(Collectors.toSet());
        return axes.map(axis -> (int) Math.floorMod(axis, (long) rank))
                .collect(Collectors.toSet())
                .equals(spatial);
    }

    // The term reading what the node makes of its input; empty if they do not change places.
    private Optional<Term> moved(Node node, Term term) {
        if (!term.isPointwise() || term.source().last()) {
            return Optional.empty();
        }
        int axes = shapes.find(node.output()).orElseThrow().rank() - 2;
        TermInput source = term.source().then(node, term.frame(), ChannelAxis.first(axes), 0);
        return Optional.of(term.reading(source, axes));
    }
}
