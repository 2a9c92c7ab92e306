package io.foldserve.fold.rule;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.ChannelAxis;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * An operator that only moves elements, and keeps the channels together, changes places with a pointwise term.
 *
 * <p>Algebra: {@code (K·x + b)[p] = K·x[p] + b}, so K acts the same wherever p is stored: {@code view(K·x + b) =
 * K·view(x) + b}. A Transpose, Reshape, Flatten, Squeeze or Unsqueeze keeps the channels together if they are one axis
 * before and one axis after it; that axis must be axis 1, as convolutions read it, or the last, as matrix products read
 * it. Exact.
 *
 * <p>It brings a batch norm to the fully connected layer behind the transposition of a token mixer, and one behind the
 * transposition back to the layer before.
 *
 * <p>Source: linearity; the transposed layouts are those of Ding et al., "UniRepLKNet", arXiv 2311.15599, and Vasu et
 * al., "FastViT", arXiv 2303.14189.
 *
 * <p>Declines terms that read more than their own position, and views that split the channels or mix them with
 * positions.
 */
public final class CommuteView implements Rule {
    private final ValueShapes shapes;
    private final ConstantValues constants;

    public CommuteView(GraphFacts facts) {
        this.constants = facts.constants();
        this.shapes = facts.shapes();
    }

    @Override
    public String name() {
        return Commuting.NAME;
    }

    @Override
    public String sentence() {
        return "An operator that only moves elements, and keeps the channels together, changes places with a "
                + "pointwise term.";
    }

    @Override
    public String source() {
        return "linearity; the transposed layouts are those of Ding et al., \"UniRepLKNet\", arXiv 2311.15599, and "
                + "Vasu et al., \"FastViT\", arXiv 2303.14189";
    }

    @Override
    public Set<String> operators() {
        return Operators.VIEWS;
    }

    @Override
    public Outcome apply(Node node, Known known) {
        return Commuting.readsOne(node, known) && isCandidate(node)
                ? Outcome.of(Commuting.forms(node, known, term -> moved(node, term)), List.of())
                : Outcome.notMine();
    }

    // True when it only moves elements, to where constants say.
    private boolean isCandidate(Node node) {
        return Operators.isView(node) && node.inputs().stream().skip(1).allMatch(constants::contains);
    }

    // The term reading what the node makes of its input; empty if they do not change places.
    private Optional<Term> moved(Node node, Term term) {
        ChannelAxis before = term.frame();
        Optional<ChannelAxis> after = term.isPointwise() ? through(node, before) : Optional.empty();
        int sized = node.is("Reshape") ? term.outputs() : 0;
        boolean fits = sized == 0 || term.source().sized() == 0 || term.source().sized() == sized;
        boolean plain =
                term.source().ones().isEmpty() && term.source().channels().isEmpty();
        return after.filter(frame -> fits && plain)
                .map(frame -> term.reading(term.source().then(node, before, frame, sized), frame.axes()));
    }

    private Optional<ChannelAxis> through(Node node, ChannelAxis before) {
        List<Shape> in = shapes.all(node.inputs().get(0));
        List<Shape> out = shapes.all(node.output());
        if (in.isEmpty() || out.isEmpty() || in.get(0).rank() != before.axes() + 2) {
            return Optional.empty();
        }
        int axes = out.get(0).rank() - 2;
        if (axes < 0) {
            return Optional.empty();
        }
        return List.of(ChannelAxis.first(axes), ChannelAxis.last(axes)).stream()
                .filter(frame -> carries(node, in, before, out, frame))
                .findFirst();
    }

    private static boolean carries(Node node, List<Shape> in, ChannelAxis before, List<Shape> out, ChannelAxis after) {
        if (node.is("Transpose")) {
            int rank = in.get(0).rank();
            List<Integer> reversed =
                    IntStream.range(0, rank).mapToObj(axis -> rank - 1 - axis).toList();
            return node.integers("perm", reversed).get(after.channelAxis()) == before.channelAxis();
        }
        return IntStream.range(0, in.size())
                .allMatch(i -> around(in.get(i), before).equals(around(out.get(i), after)));
    }

    // How many elements come before, in and after the channels; equal if a view in order keeps them together.
    private static List<Integer> around(Shape shape, ChannelAxis frame) {
        int axis = frame.channelAxis();
        return List.of(
                new Shape(shape.extents().subList(0, axis)).size(),
                shape.extent(axis),
                new Shape(shape.extents().subList(axis + 1, shape.rank())).size());
    }
}
