package io.foldserve.fold.result;

import io.foldserve.fold.rule.LinearOperators;
import io.foldserve.graph.Node;
import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One operator of a network. Immutable.
 *
 * @param name the node's name
 * @param operator its ONNX operator, after its domain and a dot if that is not ONNX's own
 * @param kernel the shape of the kernel of a convolution or matrix product, the window of a pooling; else empty
 * @param strides steps of the window, height first; empty for an operator without a window
 * @param dilations distances of neighbouring taps, in the same order
 * @param pads positions added at the border: all begins, then all ends
 * @param groups g of a convolution, else 1
 * @param output the shape of its first output; empty if it is not known
 */
public record NodeReport(
        String name,
        String operator,
        List<Integer> kernel,
        List<Integer> strides,
        List<Integer> dilations,
        List<Integer> pads,
        int groups,
        Optional<List<Integer>> output) {

    /** Copies the lists. */
    public NodeReport {
        kernel = List.copyOf(kernel);
        strides = List.copyOf(strides);
        dilations = List.copyOf(dilations);
        pads = List.copyOf(pads);
        output = output.map(List::copyOf);
    }

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
        return LinearOperators.isLinear(node)
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
