package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shapes of the operators that keep their input's shape or broadcast two. */
final class ElementwiseShapes {
    private static final List<String> KEEPING = List.of(
            "Cast", "Clip", "Erf", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "Relu", "Sigmoid", "Sqrt");
    private static final List<String> BROADCASTING = List.of("Add", "Div", "Equal", "Mul", "Pow", "Sub");

    private ElementwiseShapes() {}

    static Map<String, ShapeRule> rules() {
        Map<String, ShapeRule> rules = new HashMap<>();
        KEEPING.forEach(op -> rules.put(op, query -> List.of(query.shape(0))));
        BROADCASTING.forEach(op -> rules.put(op, query -> List.of(query.shape(0).broadcast(query.shape(1)))));
        rules.put("Dropout", query -> List.of(query.shape(0), query.shape(0)));
        rules.put(
                "Where",
                query -> List.of(query.shape(0).broadcast(query.shape(1)).broadcast(query.shape(2))));
        rules.put("Softmax", ElementwiseShapes::softmax);
        rules.put("BatchNormalization", ElementwiseShapes::batchNormalization);
        return rules;
    }

    private static List<Shape> softmax(ShapeQuery query) {
        Shape input = query.shape(0);
        query.axis(query.node().integer("axis", -1), input.rank());
        return List.of(input);
    }

    /** In training, mean and variance are outputs too. */
    private static List<Shape> batchNormalization(ShapeQuery query) {
        Shape input = query.shape(0);
        query.check(input.rank() >= 2, "an input of at least 2 axes", input);
        Shape channels = Shape.of(input.extent(1));
        for (int i = 1; i <= 4; i++) {
            query.check(
                    query.shape(i).equals(channels),
                    "scale, shift, mean and variance of " + channels,
                    "input %d of %s".formatted(i, query.shape(i)));
        }
        return List.of(input, channels, channels);
    }
}
