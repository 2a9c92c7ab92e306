package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prints a graph for people: inputs, constants, nodes in order with their attributes and, where they are known, their
 * outputs' shapes, then the outputs. Columns are aligned; a tensor of more than eight elements is printed by type and
 * shape.
 *
 * <p>Stateless and thread-safe.
 */
public final class GraphPrinter {
    private static final int PRINTED_ELEMENTS = 8;

    private GraphPrinter() {}

    /** The text; every line ends with a newline. */
    public static String print(Graph graph) {
        ShapeTrace shapes = ShapeTrace.of(graph);
        StringBuilder text = new StringBuilder(graph + ", opset " + opsets(graph) + "\n");
        section(text, "inputs", graph.inputs().stream().map(GraphPrinter::row).toList());
        section(
                text,
                "constants",
                graph.constants().entrySet().stream()
                        .map(constant -> List.of(constant.getKey(), tensor(constant.getValue())))
                        .toList());
        section(
                text,
                "nodes",
                graph.nodes().stream().map(node -> row(node, shapes)).toList());
        section(text, "outputs", graph.outputs().stream().map(GraphPrinter::row).toList());
        return text.toString();
    }

    private static String opsets(Graph graph) {
        return graph.opsets().entrySet().stream()
                .map(domain -> (domain.getKey().isEmpty() ? "" : domain.getKey() + " ") + domain.getValue())
                .collect(Collectors.joining(", "));
    }

    private static List<String> row(Value value) {
        return List.of(value.name(), value.type());
    }

    private static List<String> row(Node node, ShapeTrace shapes) {
        String operator = node.domain().isEmpty() ? node.op() : node.domain() + "." + node.op();
        String outputs = node.outputs().stream()
                .map(output -> shapes.shape(output).map(Shape::toString).orElse("?"))
                .collect(Collectors.joining(", "));
        return List.of(
                String.join(", ", node.outputs()),
                "= " + operator + "(" + String.join(", ", node.inputs()) + ")",
                outputs,
                attributes(node.attributes()));
    }

    private static String attributes(Map<String, Attribute> attributes) {
        return attributes.entrySet().stream()
                .map(attribute -> attribute.getKey() + "=" + attribute(attribute.getValue()))
                .collect(Collectors.joining(" "));
    }

    /** An attribute's value for people, tensors by type and shape. */
    static String attribute(Attribute attribute) {
        if (attribute instanceof Attribute.Int integer) {
            return Long.toString(integer.value());
        } else if (attribute instanceof Attribute.Ints integers) {
            return integers.values().toString();
        } else if (attribute instanceof Attribute.Real real) {
            return Double.toString(real.value());
        } else if (attribute instanceof Attribute.Reals reals) {
            return reals.values().toString();
        } else if (attribute instanceof Attribute.Text text) {
            return text.value();
        } else if (attribute instanceof Attribute.Texts texts) {
            return texts.values().toString();
        } else if (attribute instanceof Attribute.Value constant) {
            return tensor(constant.value());
        }
        return "(opaque)";
    }

    private static String tensor(Tensor tensor) {
        if (tensor.shape().size() > PRINTED_ELEMENTS) {
            return tensor.toString();
        }
        String elements =
                tensor.dtype().isFloating() ? Arrays.toString(tensor.toDoubles()) : Arrays.toString(tensor.toLongs());
        return tensor + " " + elements;
    }

    private static void section(StringBuilder text, String title, List<List<String>> rows) {
        text.append(title).append(":\n");
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            int index = column;
            widths.add(
                    rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0));
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                line.append(' ').append(cell).append(" ".repeat(widths.get(column) - cell.length()));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }
}
