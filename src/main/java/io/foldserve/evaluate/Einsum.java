package io.foldserve.evaluate;

import io.foldserve.graph.EinsumEquation;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Einsum. Two operands of plain indexes are a batched matrix product between permutations; everything else (one or many
 * operands, diagonals, broadcast ellipses, indexes summed in one operand) is a loop over all indexes.
 */
final class Einsum implements Kernel {
    @Override
    public List<Tensor> run(Call call) {
        List<Shape> shapes = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        for (int i = 0; i < call.inputs(); i++) {
            shapes.add(call.shape(i));
            values.add(call.doubles(i));
        }
        EinsumEquation equation = EinsumEquation.of(call.node().text("equation", ""), shapes);
        boolean product = values.size() == 2 && isProduct(equation, shapes);
        double[] result = product
                ? new EinsumProduct(equation).of(values.get(0), values.get(1))
                : EinsumLoop.sum(equation, shapes, values);
        return call.like(0, result);
    }

    private static boolean isProduct(EinsumEquation equation, List<Shape> shapes) {
        List<String> left = equation.operands().get(0);
        List<String> right = equation.operands().get(1);
        Set<String> shared = new HashSet<>(left);
        shared.retainAll(right);
        Set<String> needed = new HashSet<>(shared);
        needed.addAll(equation.output());
        return needed.containsAll(left)
                && needed.containsAll(right)
                && isPlain(equation, left, shapes.get(0))
                && isPlain(equation, right, shapes.get(1));
    }

    /** No index twice, none broadcast. */
    private static boolean isPlain(EinsumEquation equation, List<String> indexes, Shape shape) {
        List<Integer> bound = indexes.stream().map(equation::extent).toList();
        return new HashSet<>(indexes).size() == indexes.size() && bound.equals(shape.extents());
    }
}
