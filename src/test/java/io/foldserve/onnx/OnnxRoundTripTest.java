package io.foldserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import io.foldserve.graph.Graph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxRoundTripTest {
    @TempDir
    private Path directory = Path.of("");

    static List<String> models() {
        return OnnxFixtures.names();
    }

    private Path rewritten(String name) throws IOException {
        return Files.write(directory.resolve(name), OnnxWriter.write(OnnxReader.read(OnnxFixtures.file(name))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void computesTheSameBitsInOnnxRuntime(String name) throws IOException, OrtException {
        assertThat(OnnxFixtures.run(rewritten(name), 12)).isEqualTo(OnnxFixtures.run(OnnxFixtures.file(name), 12));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void keepsNamesOrderTypesAndWhatTheModelSaysOfItself(String name) throws IOException {
        ModelProto before = ModelProto.parseFrom(Files.readAllBytes(OnnxFixtures.file(name)));
        ModelProto after = ModelProto.parseFrom(Files.readAllBytes(rewritten(name)));

        assertThat(after.toBuilder().clearGraph().clearOpsetImport().build())
                .isEqualTo(before.toBuilder().clearGraph().clearOpsetImport().build());
        assertThat(opsets(after)).isEqualTo(opsets(before));
        GraphProto was = before.getGraph();
        GraphProto is = after.getGraph();
        assertThat(is.getInputList()).isEqualTo(was.getInputList());
        assertThat(is.getOutputList()).isEqualTo(was.getOutputList());
        assertThat(is.getValueInfoList().stream().map(ValueInfoProto::getName))
                .isSubsetOf(was.getValueInfoList().stream()
                        .map(ValueInfoProto::getName)
                        .toList());
        assertThat(is.getDocString()).isEqualTo(was.getDocString());
        assertThat(is.getQuantizationAnnotationList()).isEqualTo(was.getQuantizationAnnotationList());
        assertThat(is.getSparseInitializerList()).isEqualTo(was.getSparseInitializerList());
        assertThat(is.getInitializerCount()).isEqualTo(was.getInitializerCount());
        for (int i = 0; i < was.getNodeCount(); i++) {
            expectSame(is.getNode(i), was.getNode(i));
        }
    }

    private static Map<String, Long> opsets(ModelProto model) {
        return model.getOpsetImportList().stream()
                .collect(Collectors.toMap(OperatorSetIdProto::getDomain, OperatorSetIdProto::getVersion));
    }

    private static void expectSame(NodeProto is, NodeProto was) {
        assertThat(is.toBuilder().clearName().clearAttribute().clearDomain().build())
                .isEqualTo(was.toBuilder()
                        .clearName()
                        .clearAttribute()
                        .clearDomain()
                        .build());
        assertThat(is.getAttributeList().stream().map(OnnxRoundTripTest::withoutEncoding))
                .containsExactlyInAnyOrderElementsOf(was.getAttributeList().stream()
                        .map(OnnxRoundTripTest::withoutEncoding)
                        .toList());
    }

    /** A Constant's tensor is compared by the runs; every other attribute must be the same to the byte. */
    private static AttributeProto withoutEncoding(AttributeProto attribute) {
        return attribute.getName().equals("value")
                ? attribute.toBuilder().clearT().clearDocString().build()
                : attribute;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void changesNothingTheSecondTime(String name) {
        byte[] once = OnnxWriter.write(OnnxReader.read(OnnxFixtures.file(name)));
        Graph again = OnnxReader.read(name, ByteBuffer.wrap(once));

        assertThat(OnnxWriter.write(again)).isEqualTo(once);
    }

    @Test
    void readsEveryElementTypeTheSameFromRawAndFromTypedFields() {
        Graph graph = OnnxReader.read(OnnxFixtures.file("types.onnx"));

        assertThat(graph.constants()).hasSize(26);
        graph.constants().forEach((name, tensor) -> {
            if (name.endsWith("_typed")) {
                assertThat(graph.constant(name.replace("_typed", "_raw"))).contains(tensor);
            }
        });
        assertThat(graph.fileRemainder().constants()).containsOnlyKeys("FLOAT8E4M3FN_typed", "FLOAT8E4M3FN_raw");
    }

    @Test
    void countsSubgraphsAsReadersOfTheValuesAroundThem() {
        Graph graph = OnnxReader.read(OnnxFixtures.file("subgraphs.onnx"));

        assertThat(graph.consumers("between")).extracting("name").containsExactly("bn", "if");
        assertThat(graph.consumers("scale")).extracting("name").containsExactly("if", "loop");
        assertThat(graph.consumers("carried")).isEmpty();
    }

    @Test
    void takesInitializersThatAreInputsForConstantsAndWritesThemAsInputsAgain() throws IOException {
        Graph graph = OnnxReader.read(OnnxFixtures.file("overridable.onnx"));

        assertThat(graph.inputs()).extracting("name").containsExactly("x", "z");
        assertThat(graph.constants()).containsKey("k");
        assertThat(ModelProto.parseFrom(OnnxWriter.write(graph)).getGraph().getInputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("x", "k", "z");
    }

    @Test
    void namesNodesThatHaveNoName() {
        assertThat(OnnxReader.read(OnnxFixtures.file("overridable.onnx")).nodes())
                .extracting("name")
                .containsExactly("Conv_a", "Conv_b", "clip", "add");
    }
}
