package io.foldserve.evaluate;

import io.foldserve.graph.Axes;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/** The operators on each element alone, and Softmax. */
final class Activations {
    private Activations() {}

    static Map<String, Kernel> kernels() {
        Map<String, Kernel> kernels = new HashMap<>();
        kernels.put("Relu", each(node -> x -> Math.max(x, 0.0)));
        kernels.put("LeakyRelu", each(Activations::leakyRelu));
        kernels.put("Sigmoid", each(node -> Activations::sigmoid));
        kernels.put("HardSigmoid", each(Activations::hardSigmoid));
        kernels.put("HardSwish", each(node -> x -> x * bounded(x / 6.0 + 0.5, 0.0, 1.0)));
        kernels.put("Erf", each(node -> Activations::errorFunction));
        kernels.put("Sqrt", each(node -> Math::sqrt));
        kernels.put("Clip", Activations::clip);
        kernels.put("Softmax", Activations::softmax);
        return kernels;
    }

    private static Kernel each(Function<Node, DoubleUnaryOperator> operator) {
        return call -> mapped(call, operator.apply(call.node()));
    }

    private static List<Tensor> mapped(Call call, DoubleUnaryOperator operator) {
        double[] values = call.doubles(0);
        for (int i = 0; i < values.length; i++) {
            values[i] = operator.applyAsDouble(values[i]);
        }
        return call.like(0, values);
    }

    private static DoubleUnaryOperator leakyRelu(Node node) {
        double slope = node.real("alpha", 0.01);
        return x -> x < 0 ? slope * x : x;
    }

    private static DoubleUnaryOperator hardSigmoid(Node node) {
        double alpha = node.real("alpha", 0.2);
        double beta = node.real("beta", 0.5);
        return x -> bounded(alpha * x + beta, 0.0, 1.0);
    }

    private static double sigmoid(double x) {
        return 1.0 / (1.0 + Math.exp(-x));
    }

    /**
     * {@code erf(x) = 2/√π · e^(−x²) · Σ 2ⁿx^(2n+1) / (1·3·…·(2n+1))} (Abramowitz and Stegun, 7.1.6), whose terms have
     * one sign; beyond 6 it is 1 in double precision.
     */
    private static double errorFunction(double x) {
        if (Double.isNaN(x) || Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double total = x;
        for (int n = 1; Math.abs(term) > Math.ulp(total) / 4; n++) {
            term *= 2 * x * x / (2 * n + 1);
            total += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * total;
    }

    private static double bounded(double x, double low, double high) {
        return Math.min(Math.max(x, low), high);
    }

    private static List<Tensor> clip(Call call) {
        double low = call.find(1).map(bound -> bound.toDoubles()[0]).orElse(Double.NEGATIVE_INFINITY);
        double high = call.find(2).map(bound -> bound.toDoubles()[0]).orElse(Double.POSITIVE_INFINITY);
        return mapped(call, x -> bounded(x, low, high));
    }

    /** Along one axis, shifted by the largest element so that nothing overflows. */
    private static List<Tensor> softmax(Call call) {
        Shape shape = call.shape(0);
        Lines lines = Lines.of(shape, Axes.normal(call.node(), call.node().integer("axis", -1), shape.rank()));
        double[] values = call.doubles(0);
        for (int line = 0; line < lines.count(); line++) {
            int start = lines.start(line);
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < lines.length(); i++) {
                largest = Math.max(largest, values[start + i * lines.step()]);
            }
            double total = 0;
            for (int i = 0; i < lines.length(); i++) {
                double power = Math.exp(values[start + i * lines.step()] - largest);
                values[start + i * lines.step()] = power;
                total += power;
            }
            for (int i = 0; i < lines.length(); i++) {
                values[start + i * lines.step()] /= total;
            }
        }
        return call.real(values);
    }
}
