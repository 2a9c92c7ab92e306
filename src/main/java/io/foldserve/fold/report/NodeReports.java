package io.foldserve.fold.report;

import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.result.NodeReport;
import io.foldserve.graph.Node;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says of a node what a report shows of it. Stateless. */
public final class NodeReports {
    private NodeReports() {}

    /** The report of {@code node} of a graph with values of {@code shapes}, as far as they are known. */
    public static NodeReport of(Node node, Map<String, Shape> shapes) {
        List<Integer> kernel = kernel(node, shapes);
        Optional<Window> window = window(node, kernel, find(shapes, node.inputs()));
        return new NodeReport(
                node.name(),
                node.domain().isEmpty() ? node.op() : node.domain() + "." + node.op(),
                kernel,
                window.map(Window::strides).orElse(List.of()),
                window.map(Window::dilations).orElse(List.of()),
                window.map(Window::pads).orElse(List.of()),
                Math.toIntExact(node.integer("group", 1)),
                find(shapes, node.outputs()).map(Shape::extents));
    }

    private static List<Integer> kernel(Node node, Map<String, Shape> shapes) {
        return Operators.isLinear(node)
                ? find(shapes, node.inputs().subList(1, 2)).map(Shape::extents).orElse(List.of())
                : node.integers("kernel_shape", List.of());
    }

    private static Optional<Window> window(Node node, List<Integer> kernel, Optional<Shape> input) {
        boolean convolves = node.is("Conv") || node.is("ConvTranspose");
        boolean pools = node.is("AveragePool") || node.is("MaxPool");
        if (!(convolves || pools) || kernel.isEmpty() || input.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> taps = convolves ? kernel.subList(2, kernel.size()) : kernel;
        return Optional.of(Window.of(node, taps, input.get().extents().subList(2, 2 + taps.size())));
    }

    private static Optional<Shape> find(Map<String, Shape> shapes, List<String> values) {
        return values.isEmpty() ? Optional.empty() : Optional.ofNullable(shapes.get(values.get(0)));
    }
}
