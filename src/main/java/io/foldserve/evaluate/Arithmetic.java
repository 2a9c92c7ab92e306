package io.foldserve.evaluate;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/** The operators on two broadcast operands: Add, Sub, Mul, Div, Pow. */
final class Arithmetic {
    private Arithmetic() {}

    static Map<String, Kernel> kernels() {
        return Map.of(
                "Add", call -> combined(call, (a, b) -> a + b),
                "Sub", call -> combined(call, (a, b) -> a - b),
                "Mul", call -> combined(call, (a, b) -> a * b),
                "Div", Arithmetic::divided,
                "Pow", call -> combined(call, Math::pow));
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
        double[] left = Strided.broadcast(call.doubles(0), call.shape(0), call.output(0));
        double[] right = Strided.broadcast(call.doubles(1), call.shape(1), call.output(0));
        double[] result = new double[left.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = operator.applyAsDouble(left[i], right[i]);
        }
        return call.like(0, result);
    }
}
