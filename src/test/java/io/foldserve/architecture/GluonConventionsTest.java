package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints of GluonCV's version of DO-Conv, against its formula summed in a loop. */
class GluonConventionsTest {
    private static final int TAPS = 9;

    @ParameterizedTest(name = "{0} inputs, {1} outputs, {2} groups")
    @CsvSource({"3, 4, 1", "6, 4, 2", "6, 9, 3", "4, 8, 4", "5, 5, 5", "8, 4, 2"})
    void pairsRowsAndChannelsAsGluonDoes(int inputs, int outputs, int groups) {
        int perGroup = inputs / groups;
        Tensor weight = FormulaCheckpoint.uniform(Shape.of(outputs, perGroup, 3, 3), 1, -1, 1);
        Tensor d = FormulaCheckpoint.uniform(Shape.of(TAPS, TAPS, inputs), 1000, -1, 1);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("0.weight", weight);
        tensors.put("0.D", d);

        double[] kernel = kernel(build(tensors, inputs, outputs, groups));

        float[] w = weight.toFloats();
        float[] rows = d.toFloats();
        for (int o = 0; o < outputs; o++) {
            for (int c = 0; c < perGroup; c++) {
                int row = c * groups + o / (outputs / groups);
                for (int m = 0; m < TAPS; m++) {
                    double expected = 0;
                    for (int s = 0; s < TAPS; s++) {
                        double total = (double) rows[(m * TAPS + s) * inputs + row] + (m == s ? 1 : 0);
                        expected += total * w[(o * perGroup + c) * TAPS + s];
                    }
                    assertThat(kernel[(o * perGroup + c) * TAPS + m]).isCloseTo(expected, within(1e-13));
                }
            }
        }
    }

    private static Graph build(Map<String, Tensor> tensors, int inputs, int outputs, int groups) {
        Map<String, Object> conv = Map.of("out", outputs, "kernel", 3, "groups", groups, "bias", false);
        return Architectures.build(
                Declaration.of(Map.of("layers", List.of(Map.of("conv", conv)), "channels", inputs)),
                new ImageSize(5, 5),
                new Checkpoint("gluon.params", Framework.MXNET, tensors, Map.of()));
    }

    // The answer to a one at the centre of channel i is the kernel, turned by 180°.
    private static double[] kernel(Graph graph) {
        Shape image = graph.inputs().get(0).shape().orElseThrow();
        int inputs = image.extent(1);
        int outputs =
                Objects.requireNonNull(graph.constants().get("0.W")).shape().extent(0);
        int perGroup =
                Objects.requireNonNull(graph.constants().get("0.W")).shape().extent(1);
        int groups = inputs / perGroup;
        double[] kernel = new double[outputs * perGroup * TAPS];
        for (int i = 0; i < inputs; i++) {
            float[] pixels = new float[image.size()];
            pixels[i * 25 + 12] = 1;
            double[] answer = Objects.requireNonNull(
                            Evaluator.evaluate(graph, Map.of("image", Tensor.ofFloats(image, pixels)))
                                    .get("logits"))
                    .toDoubles();
            int q = i / perGroup;
            for (int o = q * outputs / groups; o < (q + 1) * outputs / groups; o++) {
                for (int a = 0; a < TAPS; a++) {
                    kernel[(o * perGroup + i % perGroup) * TAPS + a] = answer[o * TAPS + TAPS - 1 - a];
                }
            }
        }
        return kernel;
    }

    @Test
    void readsBatchNormsByTheirGammaAndBeta() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : List.of("gamma", "beta", "running_mean", "running_var")) {
            tensors.put("0." + name, FormulaCheckpoint.uniform(Shape.of(3), name.length(), 0.5, 1));
        }

        Graph graph = Architectures.build(
                Declaration.of(Map.of("layers", List.of("batchNorm"))),
                new ImageSize(2, 2),
                new Checkpoint("gluon.params", Framework.MXNET, tensors, Map.of()));

        assertThat(graph.constants()).containsEntry("0.weight", Objects.requireNonNull(tensors.get("0.gamma")));
        assertThat(graph.constants()).containsEntry("0.bias", Objects.requireNonNull(tensors.get("0.beta")));
    }

    @Test
    void refusesADoConvThatHasNoPlaceForItsPair() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("0.weight", FormulaCheckpoint.uniform(Shape.of(4, 3, 3, 3), 1, -1, 1));
        tensors.put("0.D", FormulaCheckpoint.uniform(Shape.of(9, 8, 3), 2, -1, 1));

        assertThatThrownBy(() -> build(tensors, 3, 4, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("0.D is 3×9×8, the architecture says 3×9×9");
    }
}
