package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.onnx.OnnxFixtures;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.onnx.OnnxWriter;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files from PyTorch's two exporters, and files with what folding must leave alone. */
class OnnxFoldTest {
    /** Kernels are rounded once; what an exporter folded itself was rounded in float32 at each step. */
    private static final double KERNEL_TOLERANCE = 1e-6;

    @TempDir
    private Path directory = Path.of("");

    static List<String> doConvNetworks() {
        return OnnxFixtures.names().stream()
                .filter(name -> name.startsWith("do-conv"))
                .toList();
    }

    static List<String> models() {
        return OnnxFixtures.names();
    }

    private static Folded fold(String name) {
        Graph training = OnnxReader.read(OnnxFixtures.file(name));
        return FoldAudit.measure(GraphFolder.fold(training), 3);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doConvNetworks")
    void foldsEveryExportOfADoConvNetworkToTheKernelsOfItsCheckpoint(String name) {
        Graph folded = fold(name).graph();
        Checkpoint expected = CheckpointReader.read(OnnxFixtures.file("do-conv.safetensors"));

        List<Node> convolutions =
                folded.nodes().stream().filter(node -> node.is("Conv")).toList();
        assertThat(convolutions).hasSize(3);
        for (int i = 0; i < 3; i++) {
            Node node = convolutions.get(i);
            expectClose(folded, node, 1, expected.tensors(), "conv%d.weight".formatted(i));
            expectClose(folded, node, 2, expected.tensors(), "conv%d.bias".formatted(i));
        }
        assertThat(folded.nodes())
                .extracting(Node::op)
                .doesNotContain("BatchNormalization", "Einsum", "MatMul", "Dropout");
    }

    private static void expectClose(Graph folded, Node node, int input, Map<String, Tensor> expected, String key) {
        double[] found = folded.constant(node.inputs().get(input)).orElseThrow().toDoubles();
        double[] wanted = Optional.ofNullable(expected.get(key)).orElseThrow().toDoubles();
        double magnitude = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
        assertThat(found).hasSameSizeAs(wanted);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("%s[%d]", key, i).isCloseTo(wanted[i], within(KERNEL_TOLERANCE * magnitude));
        }
    }

    /** Relative to the largest output; the deepest network has 117 terms in a sum. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void foldedFilesComputeWhatTheyDidInOnnxRuntime(String name) throws IOException, OrtException {
        Path file =
                Files.write(directory.resolve(name), OnnxWriter.write(fold(name).graph()));

        var before = OnnxFixtures.run(OnnxFixtures.file(name), 12);
        var after = OnnxFixtures.run(file, 12);

        assertThat(after.keySet()).containsExactlyElementsOf(before.keySet());
        before.forEach((output, value) -> {
            if (value instanceof List<?> wanted
                    && after.get(output) instanceof List<?> found
                    && wanted.size() == 2
                    && wanted.get(1) instanceof ByteBuffer numbers
                    && found.get(1) instanceof ByteBuffer others
                    && String.valueOf(wanted.get(0)).matches(".*Type=FLOAT(16)?,.*")) {
                assertThat(found.get(0)).isEqualTo(wanted.get(0));
                boolean half = String.valueOf(wanted.get(0)).contains("FLOAT16");
                expectClose(numbers, others, half ? DType.FLOAT16 : DType.FLOAT32);
            } else {
                assertThat(after.get(output)).isEqualTo(value);
            }
        });
    }

    private static void expectClose(ByteBuffer before, ByteBuffer after, DType type) {
        double[] wanted = numbers(before, type);
        double magnitude = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
        assertThat(numbers(after, type)).containsExactly(wanted, within(50 * type.unitRoundoff() * magnitude));
    }

    private static double[] numbers(ByteBuffer bytes, DType type) {
        return Tensor.ofBytes(type, Shape.of(bytes.remaining() / type.bytes()), bytes.duplicate())
                .toDoubles();
    }

    @Test
    void leavesABatchNormAloneWhoseInputASubgraphReads() {
        Folded folded = fold("subgraphs.onnx");

        assertThat(folded.graph().nodes()).extracting(Node::op).contains("BatchNormalization");
        assertThat(folded.report().declined())
                .anySatisfy(declined -> assertThat(declined.reason()).contains("which if reads too"));
    }

    @Test
    void foldsHalfPrecisionToHalfPrecision() {
        Folded folded = fold("half.onnx");

        assertThat(folded.graph().nodes()).extracting(Node::op).containsExactly("Conv");
        assertThat(folded.graph().constants().values())
                .extracting(Tensor::dtype)
                .containsExactly(DType.FLOAT16, DType.FLOAT16);
        assertThat(folded.report().declined()).isEmpty();
    }

    @Test
    void keepsUnknownOperatorsAndFunctions() {
        assertThat(fold("function.onnx").graph().nodes())
                .extracting(Node::op)
                .containsExactly("Conv", "Scaled", "Gelu");
    }
}
