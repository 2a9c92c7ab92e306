package io.foldserve.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Every operator's {@link ShapeRule}, by the operator's ONNX name. */
final class ShapeRules {
    private static final Map<String, ShapeRule> RULES = new HashMap<>();

    static {
        RULES.putAll(WindowShapes.rules());
        RULES.putAll(ElementwiseShapes.rules());
        RULES.putAll(ProductShapes.rules());
        RULES.putAll(ViewShapes.rules());
        RULES.putAll(SelectionShapes.rules());
        RULES.putAll(ReductionShapes.rules());
        RULES.putAll(SpatialShapes.rules());
    }

    private ShapeRules() {}

    static Optional<ShapeRule> find(Node node) {
        return node.domain().isEmpty() ? Optional.ofNullable(RULES.get(node.op())) : Optional.empty();
    }
}
