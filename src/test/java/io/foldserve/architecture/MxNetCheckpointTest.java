package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foldserve.checkpoint.format.Framework;
import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers whose tensors follow MXNet's conventions, against GluonCV's formulas written out. */
class MxNetCheckpointTest {
    private static final double ROUNDING = 1e-6;

    private static DeclaredNetwork convolution(int in, int out, int groups, int height, int width) {
        Map<String, Object> options = Map.of(
                "out", out, "kernel", List.of(height, width), "groups", groups, "bias", false);
        return DeclaredNetwork.layers(Map.of("conv", options))
                .option("channels", in)
                .size(height, width)
                .framework(Framework.MXNET)
                .tensor("0.weight", out, in / groups, height, width);
    }

    private static double[] tensor(String name, int... extents) {
        return FormulaCheckpoint.uniform(Shape.of(extents), name.hashCode(), 0.5, 1.5)
                .toDoubles();
    }

    private static double[] run(DeclaredNetwork network, int in, int height, int width) {
        Graph graph = network.build();
        Tensor image = FormulaCheckpoint.uniform(Shape.of(1, in, height, width), 3, -1, 1);
        Tensor logits = Evaluator.evaluate(graph, Map.of("image", image)).get("logits");
        assertThat(logits).isNotNull();
        return logits.toDoubles();
    }

    @ParameterizedTest(name = "{0} to {1} channels in {2} groups, {3}×{4}")
    @CsvSource({"3, 4, 1, 3, 3", "4, 6, 2, 3, 3", "4, 4, 4, 3, 3", "4, 8, 4, 1, 3", "6, 4, 2, 5, 1", "6, 9, 3, 2, 2"})
    void composesTheKernelOfADoConv(int in, int out, int groups, int height, int width) {
        int taps = height * width;
        double[] weight = tensor("0.weight", out, in / groups, height, width);
        double[] d = tensor("0.D", taps, taps, in);
        double[] x = FormulaCheckpoint.uniform(Shape.of(1, in, height, width), 3, -1, 1)
                .toDoubles();
        double[] expected = new double[out];
        for (int o = 0; o < out; o++) {
            int q = o / (out / groups);
            for (int c = 0; c < in / groups; c++) {
                for (int m = 0; m < taps; m++) {
                    double k = 0;
                    for (int s = 0; s < taps; s++) {
                        double total = d[(m * taps + s) * in + c * groups + q] + (m == s ? 1 : 0);
                        k += total * weight[(o * (in / groups) + c) * taps + s];
                    }
                    expected[o] += k * x[(q * (in / groups) + c) * taps + m];
                }
            }
        }

        double[] found = run(convolution(in, out, groups, height, width).tensor("0.D", taps, taps, in), in, height, width);

        assertThat(found).containsExactly(expected, within(ROUNDING));
    }

    @Test
    void aConvolutionWithoutDepthwisePartIsPlain() {
        double[] weight = tensor("0.weight", 2, 1, 1, 3);
        double[] x = FormulaCheckpoint.uniform(Shape.of(1, 1, 1, 3), 3, -1, 1).toDoubles();
        double[] expected = new double[2];
        for (int i = 0; i < 6; i++) {
            expected[i / 3] += weight[i] * x[i % 3];
        }

        assertThat(run(convolution(1, 2, 1, 1, 3), 1, 1, 3)).containsExactly(expected, within(ROUNDING));
    }

    @Test
    void refusesADepthwisePartThatDoesNotFitAndADiagonal() {
        assertThat(convolution(3, 4, 1, 3, 3)
                        .tensor("0.D", 9, 8, 3)
                        .tensor("0.d_diag", 3, 9, 9)
                        .problems())
                .containsExactly(
                        "0.D is 9×8×3, the architecture says 9×9×3",
                        "0.d_diag stands beside 0.weight: a layer is either plain (weight) or DO-Conv (W, D)");
    }

    @Test
    void takesBatchNormsByMxNetsNames() {
        Graph graph = DeclaredNetwork.layers("batchNorm")
                .framework(Framework.MXNET)
                .tensor("0.gamma", 3)
                .tensor("0.beta", 3)
                .tensor("0.running_mean", 3)
                .tensor("0.running_var", 3)
                .build();

        assertThat(graph.constants().keySet())
                .containsExactlyInAnyOrder("0.gamma", "0.beta", "0.running_mean", "0.running_var");
    }

    @Test
    void refusesBatchNormsByPyTorchsNames() {
        assertThat(DeclaredNetwork.layers("batchNorm")
                        .framework(Framework.MXNET)
                        .norm("0", 3)
                        .problems())
                .containsExactly(
                        "0.weight (3) is left over: the architecture has no place for it",
                        "0.bias (3) is left over: the architecture has no place for it");
    }
}
