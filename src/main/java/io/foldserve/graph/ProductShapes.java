package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Shapes of the matrix products: Gemm, MatMul, Einsum. */
final class ProductShapes {
    private ProductShapes() {}

    static Map<String, ShapeRule> rules() {
        return Map.of("Gemm", ProductShapes::gemm, "MatMul", ProductShapes::matMul, "Einsum", ProductShapes::einsum);
    }

    private static List<Shape> gemm(ShapeQuery query) {
        Shape left = query.shape(0);
        Shape right = query.shape(1);
        query.check(left.rank() == 2 && right.rank() == 2, "two matrices", left + " and " + right);
        int transposedLeft = query.node().integer("transA", 0) != 0 ? 1 : 0;
        int transposedRight = query.node().integer("transB", 0) != 0 ? 1 : 0;
        query.check(
                left.extent(1 - transposedLeft) == right.extent(transposedRight),
                "inner extents that agree",
                "%s and %s with transA=%d, transB=%d".formatted(left, right, transposedLeft, transposedRight));
        Shape result = Shape.of(left.extent(transposedLeft), right.extent(1 - transposedRight));
        query.find(2)
                .ifPresent(added -> query.check(
                        result.broadcast(added).equals(result), "an addend that broadcasts to " + result, added));
        return List.of(result);
    }

    private static List<Shape> matMul(ShapeQuery query) {
        Shape left = query.shape(0);
        Shape right = query.shape(1);
        query.check(left.rank() >= 1 && right.rank() >= 1, "at least one axis each", left + " and " + right);
        int inner = right.extent(right.rank() == 1 ? 0 : -2);
        query.check(left.extent(-1) == inner, "inner extents that agree", left + " and " + right);
        Shape batch = leading(left).broadcast(leading(right));
        List<Integer> extents = new ArrayList<>(batch.extents());
        if (left.rank() > 1) {
            extents.add(left.extent(-2));
        }
        if (right.rank() > 1) {
            extents.add(right.extent(-1));
        }
        return List.of(new Shape(extents));
    }

    private static Shape leading(Shape shape) {
        return new Shape(shape.extents().subList(0, Math.max(0, shape.rank() - 2)));
    }

    private static List<Shape> einsum(ShapeQuery query) {
        List<Shape> operands = new ArrayList<>();
        for (int i = 0; i < query.inputs(); i++) {
            operands.add(query.shape(i));
        }
        return List.of(
                EinsumEquation.of(query.node().text("equation", ""), operands).result());
    }
}
