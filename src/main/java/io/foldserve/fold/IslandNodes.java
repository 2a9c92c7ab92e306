package io.foldserve.fold;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The nodes and constants of one island while it is written. Not thread-safe. */
final class IslandNodes {
    private final IslandNames names;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();

    IslandNodes(IslandNames names) {
        this.names = names;
    }

    List<Node> nodes() {
        return List.copyOf(nodes);
    }

    Map<String, Tensor> constants() {
        return new LinkedHashMap<>(constants);
    }

    IslandNames names() {
        return names;
    }

    void add(Node node) {
        nodes.add(node);
    }

    /** Adds a node with a single output, both called {@code name}, and returns that name. */
    String add(String op, String name, List<String> inputs, Map<String, Attribute> attributes) {
        nodes.add(new Node(name, "", op, inputs, List.of(name), attributes));
        return name;
    }

    /** Adds {@code tensor} and returns the name it got. */
    String constant(String preferred, Tensor tensor) {
        String name = names.free(preferred);
        constants.put(name, tensor);
        return name;
    }
}
