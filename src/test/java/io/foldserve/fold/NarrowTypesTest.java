package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of float16 and bfloat16 fold in float64 to their own type, as PyTorch computes them in float64. */
class NarrowTypesTest {
    private static final Path EXPORTS = Path.of("src/test/resources/io/foldserve/fold/narrow");

    private static Folded folded(String name) {
        Graph training = OnnxReader.read(EXPORTS.resolve(name).resolve("model.onnx"));
        return FoldAudit.measure(GraphFolder.fold(training), 3);
    }

    private static Tensor constant(Folded folded, Node node, int input) {
        return folded.graph().constant(node.inputs().get(input)).orElseThrow();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"half.legacy, FLOAT16", "half.dynamo, FLOAT16", "bfloat16.legacy, BFLOAT16", "bfloat16.dynamo, BFLOAT16"
    })
    void foldsToItsOwnTypeAndRoundsOnce(String name, DType type) throws IOException {
        Folded folded = folded(name);

        List<Node> convolutions =
                folded.graph().nodes().stream().filter(node -> node.is("Conv")).toList();
        assertThat(convolutions).hasSize(2);
        assertThat(folded.graph().nodes())
                .extracting(Node::op)
                .doesNotContain("BatchNormalization", "Einsum", "Add", "CastLike");
        for (int i = 0; i < 2; i++) {
            Path directory = EXPORTS.resolve(name);
            expectRounded(constant(folded, convolutions.get(i), 1), directory.resolve("kernel" + i + ".npy"), type);
            expectRounded(constant(folded, convolutions.get(i), 2), directory.resolve("bias" + i + ".npy"), type);
        }
    }

    // A number that was rounded twice is further away than one unit roundoff somewhere among these.
    private static void expectRounded(Tensor found, Path file, DType type) throws IOException {
        assertThat(found.dtype()).isEqualTo(type);
        double[] exact = NumpyFile.read(file).toDoubles();
        double[] rounded = found.toDoubles();
        assertThat(rounded).hasSameSizeAs(exact);
        for (int i = 0; i < exact.length; i++) {
            double unit = type.unitRoundoff() * Math.max(Math.abs(exact[i]), type.leastNormal());
            assertThat(rounded[i]).isCloseTo(exact[i], within(unit));
        }
    }

    /** Two convolutions, the numbers of each off by u, on activations that grow by no more than their sums. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"half.legacy, 0.002", "half.dynamo, 0.002", "bfloat16.legacy, 0.016", "bfloat16.dynamo, 0.016"})
    void computesWhatPytorchDoesInDoubles(String name, double tolerance) throws IOException {
        Graph folded = folded(name).graph();

        Tensor input = NumpyFile.read(EXPORTS.resolve(name).resolve("input.npy"));
        double[] expected =
                NumpyFile.read(EXPORTS.resolve(name).resolve("expected.npy")).toDoubles();
        Map<String, Tensor> results =
                Evaluator.evaluate(folded, Map.of(folded.inputs().get(0).name(), input));
        double[] found = Objects.requireNonNull(
                        results.get(folded.outputs().get(0).name()))
                .toDoubles();
        double magnitude = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(found).hasSameSizeAs(expected).containsExactly(expected, within(tolerance * magnitude));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"half.legacy, 0x1p-13, 0x1p-11, 0x1p-10", "bfloat16.legacy, 0x1p-10, 0x1p-8, 0x1p-7"})
    void theAuditMeasuresRoundingsOfThatType(String name, double least, double most, double bound) {
        Folded folded = folded(name);

        assertThat(folded.report().compositionError()).isBetween(1e-18, 1e-14);
        assertThat(folded.report().roundingError()).isBetween(least, most);
        assertThat(folded.report().layers())
                .filteredOn(layer -> !layer.rules().isEmpty())
                .hasSize(2)
                .allSatisfy(layer -> {
                    assertThat(layer.errors().map(LayerErrors::rounding).orElseThrow())
                            .isLessThanOrEqualTo(most);
                    assertThat(layer.errorBound()).isBetween(bound, 1.01 * bound);
                });
    }
}
