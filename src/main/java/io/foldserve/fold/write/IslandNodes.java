package io.foldserve.fold.write;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The nodes and constants of one island while it is written. Not thread-safe. */
public final class IslandNodes {
    private final IslandNames names;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();

    public IslandNodes(IslandNames names) {
        this.names = names;
    }

    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    public Map<String, Tensor> constants() {
        return new LinkedHashMap<>(constants);
    }

    public IslandNames names() {
        return names;
    }

    public void add(Node node) {
        nodes.add(node);
    }

    /** Adds a node with a single output, both called {@code name}, and returns that name. */
    public String add(String op, String name, List<String> inputs, Map<String, Attribute> attributes) {
        nodes.add(new Node(name, "", op, inputs, List.of(name), attributes));
        return name;
    }

    /** Adds {@code tensor} and returns the name it got. */
    public String constant(String preferred, Tensor tensor) {
        String name = names.free(preferred);
        constants.put(name, tensor);
        return name;
    }
}
