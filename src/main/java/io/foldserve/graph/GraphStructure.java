package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares the structure of two graphs: the sequence of operators, their attributes, what each input is (a graph input, a
 * constant of some type and shape, or an output of an earlier node, by position), output shapes, and the graphs' own inputs
 * and outputs. Names and the constants' elements do not count.
 *
 * <p>Stateless and thread-safe.
 */
public final class GraphStructure {
    private GraphStructure() {}

    /**
     * How {@code a} and {@code b} differ, a sentence each; empty if and only if they have the same structure. Nodes are
     * matched by the longest common sequence of operators, so that one extra node is reported as one.
     */
    public static List<String> differences(Graph a, Graph b) {
        Comparison comparison = new Comparison(new Side(a, "the first"), new Side(b, "the second"));
        comparison.interfaces("input", a.inputs(), b.inputs());
        comparison.nodes();
        comparison.interfaces("output", a.outputs(), b.outputs());
        comparison.results();
        return List.copyOf(comparison.differences);
    }

    /** One of the two graphs, with what is known of its shapes. */
    private static final class Side {
        private final Graph graph;
        private final String title;
        private final ShapeTrace shapes;
        private final Map<String, String> origins = new HashMap<>();

        Side(Graph graph, String title) {
            this.graph = graph;
            this.title = title;
            this.shapes = ShapeTrace.of(graph);
            for (int i = 0; i < graph.inputs().size(); i++) {
                origins.put(graph.inputs().get(i).name(), "graph input " + i);
            }
            graph.constants().forEach((name, tensor) -> origins.put(name, constant(tensor)));
        }

        private static String constant(Tensor tensor) {
            return "a constant " + tensor;
        }

        /** Names the outputs of node {@code index} by its {@code position} among the matched nodes. */
        void place(int index, String position) {
            Node node = graph.nodes().get(index);
            for (int i = 0; i < node.outputs().size(); i++) {
                String which = node.outputs().size() == 1 ? "" : "output " + i + " of ";
                origins.put(node.outputs().get(i), which + node.op() + " " + position);
            }
        }

        String origin(String value) {
            return value.isEmpty() ? "nothing" : origins.getOrDefault(value, "an unassigned value");
        }

        String shapes(Node node) {
            return node.outputs().stream()
                    .map(output -> shapes.shape(output).map(Shape::toString).orElse("unknown"))
                    .collect(Collectors.joining(", "));
        }
    }

    /** One comparison under way. */
    private static final class Comparison {
        private final Side a;
        private final Side b;
        private final List<String> differences = new ArrayList<>();

        Comparison(Side a, Side b) {
            this.a = a;
            this.b = b;
        }

        void interfaces(String kind, List<Value> mine, List<Value> theirs) {
            if (mine.size() != theirs.size()) {
                differences.add("the first has %d %ss, the second %d".formatted(mine.size(), kind, theirs.size()));
            }
            for (int i = 0; i < Math.min(mine.size(), theirs.size()); i++) {
                compare(
                        "%s %d is".formatted(kind, i),
                        mine.get(i).type(),
                        theirs.get(i).type());
            }
        }

        /** The declared outputs must also come from matching nodes. */
        void results() {
            int common = Math.min(a.graph.outputs().size(), b.graph.outputs().size());
            for (int i = 0; i < common; i++) {
                compare(
                        "output %d is computed by".formatted(i),
                        a.origin(a.graph.outputs().get(i).name()),
                        b.origin(b.graph.outputs().get(i).name()));
            }
        }

        void nodes() {
            List<Alignment.Pair> pairs = Alignment.of(operators(a.graph), operators(b.graph));
            for (int position = 0; position < pairs.size(); position++) {
                Alignment.Pair pair = pairs.get(position);
                pair.left().ifPresent(index -> only(pair, a, index));
                pair.right().ifPresent(index -> only(pair, b, index));
                if (pair.left().isPresent() && pair.right().isPresent()) {
                    matched(position, pair.left().get(), pair.right().get());
                }
            }
        }

        private void only(Alignment.Pair pair, Side side, int index) {
            if (pair.left().isEmpty() || pair.right().isEmpty()) {
                Node node = side.graph.nodes().get(index);
                differences.add("only %s has node %s (%s)".formatted(side.title, node.name(), node.op()));
                side.place(index, "that only " + side.title + " has (" + node.name() + ")");
            }
        }

        private void matched(int position, int left, int right) {
            Node mine = a.graph.nodes().get(left);
            Node theirs = b.graph.nodes().get(right);
            String where = mine.name().equals(theirs.name())
                    ? "node %s (%s)".formatted(mine.name(), mine.op())
                    : "node %s / %s (%s)".formatted(mine.name(), theirs.name(), mine.op());
            attributes(where, mine, theirs);
            inputs(where, mine, theirs);
            compare(where + " yields", a.shapes(mine), b.shapes(theirs));
            a.place(left, "at position " + position);
            b.place(right, "at position " + position);
        }

        private void attributes(String where, Node mine, Node theirs) {
            TreeSet<String> names = new TreeSet<>(mine.attributes().keySet());
            names.addAll(theirs.attributes().keySet());
            for (String name : names) {
                Optional<Attribute> left = Optional.ofNullable(mine.attributes().get(name));
                Optional<Attribute> right =
                        Optional.ofNullable(theirs.attributes().get(name));
                if (!left.equals(right)) {
                    differences.add("%s has attribute %s %s in the first and %s in the second"
                            .formatted(where, name, print(left), print(right)));
                }
            }
        }

        private static String print(Optional<Attribute> attribute) {
            return attribute.map(GraphPrinter::attribute).orElse("unset");
        }

        private void inputs(String where, Node mine, Node theirs) {
            if (mine.inputs().size() != theirs.inputs().size()) {
                differences.add("%s has %d inputs in the first and %d in the second"
                        .formatted(where, mine.inputs().size(), theirs.inputs().size()));
            }
            for (int i = 0; i < Math.min(mine.inputs().size(), theirs.inputs().size()); i++) {
                compare(
                        where + " reads as input " + i,
                        a.origin(mine.inputs().get(i)),
                        b.origin(theirs.inputs().get(i)));
            }
        }

        private void compare(String what, String mine, String theirs) {
            if (!mine.equals(theirs)) {
                differences.add("%s %s in the first and %s in the second".formatted(what, mine, theirs));
            }
        }

        private static List<String> operators(Graph graph) {
            return graph.nodes().stream()
                    .map(node -> node.domain() + ":" + node.op())
                    .toList();
        }
    }
}
