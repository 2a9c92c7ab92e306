package io.foldserve.fold.rule;

import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The term of a channel shuffle, written as Reshape, Transpose and Reshape: a permutation of the channels, see
 * {@link SelectChannels}.
 *
 * <p>Algebra: the channels, read as a block of any extents, change the order of their axes.
 *
 * <p>Source: Zhang et al., "ShuffleNet", arXiv 1707.01083, section 3.1.
 *
 * <p>A transposition that moves positions, or a view of another shape, is none.
 */
final class LiftShuffle extends Lift {
    private final Graph graph;
    private final ValueShapes shapes;

    LiftShuffle(GraphFacts facts) {
        super(facts);
        this.graph = facts.graph();
        this.shapes = facts.shapes();
    }

    @Override
    public String sentence() {
        return "A channel shuffle, written as Reshape, Transpose and Reshape, is a permutation of the channels.";
    }

    @Override
    public String source() {
        return "Zhang et al., \"ShuffleNet\", arXiv 1707.01083, section 3.1";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Reshape");
    }

    @Override
    boolean isCandidate(Node node) {
        return transpose(node).flatMap(this::view).isPresent() && shuffles(node);
    }

    private Optional<Node> transpose(Node node) {
        return producer(node.inputs().get(0), "Transpose");
    }

    private Optional<Node> view(Node transpose) {
        return producer(transpose.inputs().get(0), "Reshape");
    }

    private Optional<Node> producer(String value, String op) {
        return graph.producer(value)
                .filter(before -> before.is(op) && before.domain().isEmpty());
    }

    @Override
    List<Node> nodes(Node node) {
        Node transpose = transpose(node).orElseThrow();
        return List.of(view(transpose).orElseThrow(), transpose, node);
    }

    @Override
    String operand(Node node) {
        return nodes(node).get(0).inputs().get(0);
    }

    @Override
    Optional<String> whyNot(Node node, Shape shape) {
        return Optional.empty();
    }

    private boolean shuffles(Node node) {
        List<List<Integer>> found = permutations(node);
        return shapes.same(operand(node), node.output())
                && !found.isEmpty()
                && !found.get(0).isEmpty()
                && found.stream().allMatch(found.get(0)::equals);
    }

    // One for each assumption about what is open, and empty where it is none.
    private List<List<Integer>> permutations(Node node) {
        List<Shape> before = shapes.all(operand(node));
        List<Shape> views = shapes.all(nodes(node).get(0).output());
        if (before.isEmpty() || views.isEmpty() || before.get(0).rank() < 2) {
            return List.of();
        }
        return IntStream.range(0, before.size())
                .mapToObj(i -> permutation(nodes(node).get(1), before.get(i), views.get(i)))
                .toList();
    }

    // The last axes of the view are the positions; those between the batch and them divide the channels.
    private static List<Integer> permutation(Node transpose, Shape shape, Shape view) {
        int rank = view.rank();
        List<Integer> reversed =
                IntStream.range(0, rank).mapToObj(axis -> rank - 1 - axis).toList();
        List<Integer> order = transpose.integers("perm", reversed);
        int first = rank;
        int positions = shape.size() / shape.extent(0) / shape.extent(1);
        for (int size = 1; size < positions && first > 0; first--) {
            size *= view.extent(first - 1);
        }
        boolean moves = IntStream.range(first, rank).anyMatch(axis -> order.get(axis) != axis);
        if (first < 2 || moves || order.get(0) != 0 || view.extent(0) != shape.extent(0)) {
            return List.of();
        }
        return shuffled(view.extents().subList(0, first), order.subList(1, first));
    }

    private static List<Integer> shuffled(List<Integer> blocks, List<Integer> order) {
        int[] strides = new int[blocks.size()];
        for (int axis = blocks.size() - 1, stride = 1; axis > 0; axis--) {
            strides[axis] = stride;
            stride *= blocks.get(axis);
        }
        List<Integer> picked = List.of(0);
        for (int axis : order) {
            List<Integer> finer = new ArrayList<>();
            for (int base : picked) {
                IntStream.range(0, blocks.get(axis)).forEach(i -> finer.add(base + i * strides[axis]));
            }
            picked = finer;
        }
        return picked;
    }

    @Override
    Term term(Node node, Shape shape) {
        Channels picked = new Channels(shape.extent(1), permutations(node).get(0));
        return Term.identity(TermInput.of(operand(node)).picking(picked), picked.size(), shape.rank() - 2);
    }
}
