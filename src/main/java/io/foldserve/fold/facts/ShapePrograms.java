package io.foldserve.fold.facts;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weight program of a view's target, and of the bounds of a slice, split, padding or resizing: they become
 * constants where a program of Shape, Gather and arithmetic computed them, from constants or from data's extents. A
 * Shape, and what a Gather or Slice takes of it, is a constant itself where those extents do not depend on what is
 * open: who asks for the shape of a value does not read its elements.
 *
 * <p>Algebra: each asked extent is written as itself if it does not depend on what is open; as 0, which copies, if it
 * is the input's extent on the same axis; and at most one as −1, which is what is left. Exact, for elements are neither
 * added nor lost. A bound is written if it does not depend on what is open, like half of the channels.
 *
 * <p>A program that nobody reads any more is left out. It would be one more reader of the value whose shape it asks
 * for, and so keep that value from being composed with what is behind it.
 *
 * <p>Source: the definitions of ONNX's Reshape, Slice, Split, Pad and Resize.
 */
public final class ShapePrograms {
    private static final Set<String> BOUNDED = Set.of("Slice", "Split", "Pad", "Resize");
    private static final Set<String> SELECTING = Set.of("Gather", "Slice");

    private final Graph graph;
    private final ConstantValues constants;
    private final ValueShapes shapes;
    private final ValueTypes types;
    private final Map<String, Tensor> settled = new LinkedHashMap<>();

    private ShapePrograms(Graph graph, ConstantValues constants) {
        this.graph = graph;
        this.constants = constants;
        this.shapes = ValueShapes.of(graph);
        this.types = ValueTypes.of(graph);
    }

    /** {@code graph} with every target that can be a constant one; itself if there is none. */
    public static Graph withConstantShapes(Graph graph) {
        ConstantValues constants = ConstantValues.of(graph);
        boolean any = graph.nodes().stream()
                .anyMatch(node -> asksData(graph, constants, node) || isProgrammed(graph, constants, node));
        return any ? new ShapePrograms(graph, constants).withConstantShapes() : graph;
    }

    // Only selections: a computed extent, like a minimum, may agree for the assumed sizes and not for all.
    private static boolean asksData(Graph graph, ConstantValues constants, Node node) {
        if (!graph.understands(node) || constants.computes(node)) {
            return false;
        }
        return node.is("Shape")
                || (SELECTING.contains(node.op())
                        && node.reads().stream().skip(1).allMatch(constants::contains)
                        && graph.producer(node.inputs().get(0))
                                .filter(asked -> asksData(graph, constants, asked))
                                .isPresent());
    }

    private static boolean isProgrammed(Graph graph, ConstantValues constants, Node node) {
        return (node.is("Reshape") || BOUNDED.contains(node.op()))
                && graph.understands(node)
                && !constants.computes(node)
                && node.inputs().stream().skip(1).anyMatch(input -> isProgrammed(constants, input));
    }

    // A single Constant is as good as a stored tensor.
    private static boolean isProgrammed(ConstantValues constants, String input) {
        return !input.isEmpty()
                && (!constants.contains(input)
                        || (constants.isComputed(input)
                                && constants.program(input).stream().anyMatch(node -> !node.is("Constant"))));
    }

    // An extent that does not depend on what is open, which a weight program may be made of.
    private Optional<Tensor> extents(Node node) {
        return asksData(graph, constants, node) && !graph.isOutput(node.output())
                ? shapes.find(node.output())
                        .flatMap(shape -> bound(node.output()).map(extents -> Tensor.ofLongs(shape, extents)))
                : Optional.empty();
    }

    private Graph withConstantShapes() {
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Optional<Tensor> extents = extents(node);
            if (extents.isPresent()) {
                settled.put(node.output(), extents.get());
            } else {
                nodes.add(isProgrammed(graph, constants, node) ? withConstantShapes(node) : node);
            }
        }
        if (settled.isEmpty()) {
            return graph;
        }
        Map<String, Tensor> all = new LinkedHashMap<>(graph.constants());
        all.putAll(settled);
        return graph.with(graph.inputs(), graph.outputs(), withoutUnread(nodes), all);
    }

    private Node withConstantShapes(Node node) {
        if (node.is("Reshape")) {
            return target(node)
                    .map(extents ->
                            node.withInputs(List.of(node.inputs().get(0), settle(node.name() + ".shape", extents))))
                    .orElse(node);
        }
        if (hasNarrowBounds(node)) {
            return node;
        }
        List<String> inputs = new ArrayList<>(node.inputs());
        for (int i = 1; i < inputs.size(); i++) {
            String input = inputs.get(i);
            Optional<long[]> bound = isProgrammed(constants, input) ? bound(input) : Optional.empty();
            if (bound.isPresent()) {
                inputs.set(i, settle(node.name() + ".bound" + i, bound.get()));
            }
        }
        return node.withInputs(inputs);
    }

    // All bounds of a slice are of one type, and those that are written are 64 bits wide.
    private boolean hasNarrowBounds(Node node) {
        return node.is("Slice")
                && node.inputs().stream().skip(1).anyMatch(bound -> types.find(bound)
                        .equals(Optional.of(DType.INT32)));
    }

    private Optional<long[]> bound(String value) {
        List<long[]> all = shapes.integers(value);
        return all.stream().allMatch(bound -> Arrays.equals(bound, all.get(0)))
                ? all.stream().findFirst()
                : Optional.empty();
    }

    private String settle(String preferred, long[] elements) {
        String name = FreeNames.of(preferred, ".settled", this::isTaken);
        settled.put(name, Tensor.ofLongs(Shape.of(elements.length), elements));
        return name;
    }

    private boolean isTaken(String name) {
        return graph.constant(name).isPresent() || graph.producer(name).isPresent() || settled.containsKey(name);
    }

    private Optional<long[]> target(Node node) {
        List<long[]> asked = shapes.integers(node.inputs().get(1));
        List<Shape> inputs = shapes.all(node.inputs().get(0));
        if (asked.isEmpty() || inputs.isEmpty()) {
            return Optional.empty();
        }
        boolean copies = node.integer("allowzero", 0) == 0;
        long[] target = asked.get(0).clone();
        int open = 0;
        for (int axis = 0; axis < target.length; axis++) {
            if (!isConstant(asked, axis)) {
                target[axis] = copies && isCopy(asked, inputs, axis) ? 0 : -1;
            }
            open += target[axis] == -1 ? 1 : 0;
        }
        return open <= 1 ? Optional.of(target) : Optional.empty();
    }

    private static boolean isConstant(List<long[]> asked, int axis) {
        return asked.stream().allMatch(extents -> extents[axis] == asked.get(0)[axis]);
    }

    private static boolean isCopy(List<long[]> asked, List<Shape> inputs, int axis) {
        // What is asked for at odd sizes stands behind.
        for (int i = 0; i < inputs.size(); i++) {
            if (axis >= inputs.get(i).rank()
                    || asked.get(i)[axis] != inputs.get(i).extent(axis)) {
                return false;
            }
        }
        return true;
    }

    // Only what was read before and is not any more: what the file holds unread stays.
    private List<Node> withoutUnread(List<Node> nodes) {
        Set<String> read = new HashSet<>();
        graph.outputs().forEach(output -> read.add(output.name()));
        List<Node> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            boolean isRead = node.outputs().stream().anyMatch(read::contains);
            boolean wasRead = node.outputs().stream()
                    .anyMatch(output -> !graph.consumers(output).isEmpty());
            if (isRead || !wasRead) {
                kept.add(0, node);
                read.addAll(node.reads());
            }
        }
        return kept;
    }
}
