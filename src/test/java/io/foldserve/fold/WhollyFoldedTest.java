package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.Graph;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports that fold wholly: to as few nodes as the network needs, and to what PyTorch computes in float64. */
class WhollyFoldedTest {
    /** Of the largest element: kernels and biases are rounded to float32 once, 2⁻²⁴ of each, two convolutions deep. */
    private static final double TOLERANCE = 5e-7;

    private static final Path EXPORTS = Path.of("src/test/resources/io/foldserve/fold/wholly");
    private static final Pattern MOST = Pattern.compile("\"(\\w+)\": (\\d+)");

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "bn-without-affine.dynamo",
                "bn-without-affine.legacy",
                "cut.legacy",
                "dbb-block.dynamo",
                "dbb-block.legacy",
                "dbb-five-by-five.legacy",
                "dbb-grouped.dynamo",
                "dbb-strided.legacy",
                "depthwise-without-affine.dynamo",
                "doubled.legacy",
                "linear-without-affine.dynamo",
                "pads-computed.dynamo",
                "pads-computed.legacy",
                "reflected.legacy",
                "scaled-by-its-channels.legacy"
            })
    void foldsAnExportToAsFewNodesAsItNeeds(String name) throws IOException {
        Path directory = EXPORTS.resolve(name);
        Graph training = OnnxReader.read(directory.resolve("model.onnx"));
        Graph folded = FoldAudit.measure(GraphFolder.fold(training), 3).graph();

        Matcher most = MOST.matcher(Files.readString(directory.resolve("most.json")));
        while (most.find()) {
            String operator = most.group(1);
            assertThat(folded.nodes().stream().filter(node -> node.is(operator)))
                    .as("%s in %s", operator, folded.nodes())
                    .hasSizeLessThanOrEqualTo(Integer.parseInt(most.group(2)));
        }
        Tensor expected = NumpyFile.read(directory.resolve("expected.npy"));
        Tensor input = NumpyFile.read(directory.resolve("input.npy"));
        String output = folded.outputs().get(0).name();
        Map<String, Tensor> results =
                Evaluator.evaluate(folded, Map.of(training.inputs().get(0).name(), input));
        expectClose(Objects.requireNonNull(results.get(output)).toDoubles(), expected.toDoubles());
    }

    private static void expectClose(double[] found, double[] expected) {
        double magnitude = 0;
        for (double element : expected) {
            magnitude = Math.max(magnitude, Math.abs(element));
        }
        assertThat(found).hasSameSizeAs(expected).containsExactly(expected, within(TOLERANCE * magnitude));
    }
}
