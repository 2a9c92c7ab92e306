package io.foldserve.evaluate;

import io.foldserve.graph.EinsumEquation;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * An einsum of two operands as a batched matrix product: {@code A[batch, left, summed] · B[batch, summed, right]},
 * where batch indexes are in both operands and the result, summed ones in both operands only. The operand with more
 * free elements becomes B, whose rows the inner loop runs along.
 */
final class EinsumProduct {
    private final EinsumEquation equation;
    private final boolean swapped;
    private final List<String> a;
    private final List<String> b;
    private final List<String> batch = new ArrayList<>();
    private final List<String> summed = new ArrayList<>();

    EinsumProduct(EinsumEquation equation) {
        this.equation = equation;
        List<String> first = equation.operands().get(0);
        List<String> second = equation.operands().get(1);
        this.swapped = size(free(first, second)) > size(free(second, first));
        this.a = swapped ? second : first;
        this.b = swapped ? first : second;
        for (String index : a) {
            if (b.contains(index)) {
                (equation.output().contains(index) ? batch : summed).add(index);
            }
        }
    }

    private static List<String> free(List<String> mine, List<String> theirs) {
        return mine.stream().filter(index -> !theirs.contains(index)).toList();
    }

    private int size(List<String> indexes) {
        return shape(indexes).size();
    }

    private Shape shape(List<String> indexes) {
        return new Shape(indexes.stream().map(equation::extent).toList());
    }

    /** The result for the operands' elements, in the equation's order. */
    double[] of(double[] first, double[] second) {
        List<String> left = free(a, b);
        List<String> right = free(b, a);
        double[] aReady = permuted(swapped ? second : first, a, joined(batch, left, summed));
        double[] bReady = permuted(swapped ? first : second, b, joined(batch, summed, right));
        int m = size(left);
        int k = size(summed);
        int n = size(right);
        int items = size(batch);
        double[] product = new double[items * m * n];
        for (int item = 0; item < items; item++) {
            Matrix.multiplyAdd(aReady, item * m * k, bReady, item * k * n, product, item * m * n, m, k, n);
        }
        return permuted(product, joined(batch, left, right), equation.output());
    }

    private double[] permuted(double[] values, List<String> from, List<String> to) {
        int[] order = to.stream().mapToInt(from::indexOf).toArray();
        return Strided.permuted(values, shape(from), order);
    }

    private static List<String> joined(List<String> first, List<String> second, List<String> third) {
        List<String> joined = new ArrayList<>(first);
        joined.addAll(second);
        joined.addAll(third);
        return joined;
    }
}
