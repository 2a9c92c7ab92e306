package io.foldserve.evaluate;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/** The operators on broadcast operands: Add, Sub, Mul, Div, Pow, Equal, Expand, Where. */
final class Arithmetic {
    private Arithmetic() {}

    static Map<String, Kernel> kernels() {
        return Map.of(
                "Add", call -> combined(call, (a, b) -> a + b),
                "Sub", call -> combined(call, (a, b) -> a - b),
                "Mul", call -> combined(call, (a, b) -> a * b),
                "Div", Arithmetic::divided,
                "Pow", call -> combined(call, Math::pow),
                "Equal", Arithmetic::equal,
                "Expand", call -> call.like(0, broadcast(call, 0)),
                "Where", Arithmetic::chosen);
    }

    /** Integers divide towards zero, which the conversion back to an integer does. */
    private static List<Tensor> divided(Call call) {
        if (call.kind(0) == DType.INT64) {
            for (long divisor : call.tensor(1).toLongs()) {
                call.check(divisor != 0, "integer divisors other than 0", divisor);
            }
        }
        return combined(call, (a, b) -> a / b);
    }

    private static List<Tensor> combined(Call call, DoubleBinaryOperator operator) {
        return call.like(0, elements(call, operator));
    }

    private static double[] elements(Call call, DoubleBinaryOperator operator) {
        double[] left = broadcast(call, 0);
        double[] right = broadcast(call, 1);
        double[] result = new double[left.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = operator.applyAsDouble(left[i], right[i]);
        }
        return result;
    }

    private static double[] broadcast(Call call, int input) {
        return Strided.broadcast(call.doubles(input), call.shape(input), call.output(0));
    }

    private static List<Tensor> equal(Call call) {
        return List.of(Kinds.tensor(DType.BOOL, call.output(0), elements(call, (a, b) -> a == b ? 1 : 0)));
    }

    private static List<Tensor> chosen(Call call) {
        double[] condition = broadcast(call, 0);
        double[] left = broadcast(call, 1);
        double[] right = broadcast(call, 2);
        double[] result = new double[condition.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = condition[i] != 0 ? left[i] : right[i];
        }
        return call.like(1, result);
    }
}
