package io.foldserve.http.page;

import io.foldserve.fold.result.NodeReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An operator as text.
 *
 * @param name the node's name
 * @param operator its operator
 * @param geometry kernel, stride, pads, and groups and dilation where they are not 1; empty if it has none of them
 * @param output the shape of its output, or empty
 */
public record NodeText(String name, String operator, String geometry, String output) {

    static NodeText of(NodeReport node) {
        List<String> parts = new ArrayList<>();
        if (!node.kernel().isEmpty()) {
            parts.add(extents(node.kernel()));
        }
        if (!node.strides().isEmpty()) {
            parts.add("stride " + axes(node.strides()));
            parts.add("pads " + axes(node.pads()));
        }
        if (node.groups() != 1) {
            parts.add("groups " + node.groups());
        }
        if (!same(node.dilations(), 1)) {
            parts.add("dilation " + axes(node.dilations()));
        }
        return new NodeText(
                node.name(),
                node.operator(),
                String.join(", ", parts),
                node.output().map(NodeText::extents).orElse(""));
    }

    static List<NodeText> of(List<NodeReport> nodes) {
        return nodes.stream().map(NodeText::of).toList();
    }

    static String extents(List<Integer> extents) {
        return extents.isEmpty()
                ? "scalar"
                : extents.stream().map(String::valueOf).collect(Collectors.joining("×"));
    }

    private static boolean same(List<Integer> values, int value) {
        return Collections.frequency(values, value) == values.size();
    }

    private static String axes(List<Integer> values) {
        return same(values, values.get(0))
                ? values.get(0).toString()
                : values.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
