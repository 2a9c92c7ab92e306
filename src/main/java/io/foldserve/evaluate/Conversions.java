package io.foldserve.evaluate;

import io.foldserve.graph.ConstantNode;
import io.foldserve.graph.SliceRange;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Cast, and the operators that make tensors out of nothing but the graph: Constant, ConstantOfShape, Range, Shape. */
final class Conversions {
    /** ONNX's numbers for FLOAT, FLOAT16, DOUBLE and BFLOAT16. */
    private static final Set<Long> REALS = Set.of(1L, 10L, 11L, 16L);
    /** ONNX's numbers for the signed and unsigned integers of 8 to 64 bits. */
    private static final Set<Long> INTEGERS = Set.of(2L, 3L, 4L, 5L, 6L, 7L, 12L, 13L);

    private static final long BOOL = 9;

    private Conversions() {}

    static Map<String, Kernel> kernels() {
        return Map.of(
                "Cast", Conversions::cast,
                "Constant", Conversions::constant,
                "ConstantOfShape", Conversions::filled,
                "Range", Conversions::counted,
                "Shape", Conversions::shape);
    }

    /** To the kind of the type asked for: reals stay float64, and integers are cut towards zero but never wrapped. */
    private static List<Tensor> cast(Call call) {
        long to = call.node().integer("to", 0);
        DType kind = REALS.contains(to) ? DType.FLOAT64 : to == BOOL ? DType.BOOL : DType.INT64;
        call.check(kind != DType.INT64 || INTEGERS.contains(to), "a real, integer or boolean type", "type " + to);
        return List.of(Kinds.tensor(kind, call.output(0), call.doubles(0)));
    }

    private static List<Tensor> constant(Call call) {
        return List.of(Kinds.widened(ConstantNode.tensor(call.node())
                .orElseThrow(() -> call.refused("expected a tensor or numbers in one attribute"))));
    }

    /** With the one element of the attribute value, or with the real number 0. */
    private static List<Tensor> filled(Call call) {
        Tensor element = Kinds.widened(
                ConstantNode.element(call.node()).orElseThrow(() -> call.refused("expected a tensor of one element")));
        call.check(element.shape().size() == 1, "a value of one element", element);
        double[] values = new double[call.output(0).size()];
        Arrays.fill(values, element.toDoubles()[0]);
        return List.of(Kinds.tensor(element.dtype(), call.output(0), values));
    }

    /** From the first input on, by steps of the third. */
    private static List<Tensor> counted(Call call) {
        double start = call.doubles(0)[0];
        double delta = call.doubles(2)[0];
        double[] values = new double[call.output(0).size()];
        Arrays.setAll(values, index -> start + index * delta);
        return call.like(0, values);
    }

    private static List<Tensor> shape(Call call) {
        Shape shape = call.shape(0);
        SliceRange range = SliceRange.of(
                call.node().integer("start", 0), call.node().integer("end", shape.rank()), 1, shape.rank());
        long[] extents = IntStream.range(range.start(), range.start() + range.count())
                .mapToLong(shape::extent)
                .toArray();
        return List.of(Tensor.ofLongs(call.output(0), extents));
    }
}
