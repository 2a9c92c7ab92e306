package io.foldserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.foldserve.graph.Node;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken and lying models: refused with the name of the node or tensor. */
class OnnxRefusalTest {
    @TempDir
    private Path directory = Path.of("");

    private static ModelProto.Builder model(Consumer<GraphProto.Builder> change) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("g")
                .addInput(value("x"))
                .addOutput(value("y"))
                .addNode(node("first", "Relu", "x", "a"))
                .addNode(node("second", "Relu", "a", "y"));
        change.accept(graph);
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph);
    }

    private static ValueInfoProto value(String name) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1)))
                .build();
    }

    private static NodeProto.Builder node(String name, String op, String input, String output) {
        return NodeProto.newBuilder()
                .setName(name)
                .setOpType(op)
                .addInput(input)
                .addOutput(output);
    }

    private static TensorProto.Builder tensor(String name, long... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
        Arrays.stream(dims).forEach(tensor::addDims);
        return tensor;
    }

    private static AbstractThrowableAssert<?, ?> refused(ModelProto.Builder model) {
        return assertThatThrownBy(
                        () -> OnnxReader.read("m", ByteBuffer.wrap(model.build().toByteArray())))
                .isInstanceOf(InvalidInputException.class);
    }

    private static AbstractThrowableAssert<?, ?> refused(Consumer<GraphProto.Builder> change) {
        return refused(model(change));
    }

    @Test
    void readsTheModelThatTheOthersBreak() {
        assertThat(OnnxReader.read(
                                "m", ByteBuffer.wrap(model(graph -> {}).build().toByteArray()))
                        .nodes())
                .hasSize(2);
    }

    @Test
    void givesNodesOfOneNameNamesOfTheirOwn() {
        ModelProto same = model(graph -> graph.setNode(1, node("first", "Relu", "a", "y")))
                .build();

        assertThat(OnnxReader.read("m", ByteBuffer.wrap(same.toByteArray())).nodes())
                .extracting("name")
                .containsExactly("first", "first_1");
    }

    @Test
    void refusesNodesOutOfOrderAndCycles() {
        refused(graph -> graph.setNode(0, node("first", "Relu", "y", "a")))
                .hasMessageContaining("node first reads y, which is assigned only later, by node second");
    }

    @Test
    void refusesValuesThatNothingAssignsAndThoseAssignedTwiceAllAtOnce() {
        refused(graph -> graph.setNode(0, node("first", "Relu", "missing", "y")))
                .hasMessageContaining("node first reads missing")
                .hasMessageContaining("value y is assigned by node first and again by node second")
                .hasMessageContaining("node second reads a");
    }

    @Test
    void refusesTensorsWhoseSizeIsNotThatOfTheirData() {
        refused(graph -> graph.addInitializer(tensor("w", 2, 3).setRawData(ByteString.copyFrom(new byte[20])))
                        .addInitializer(tensor("v", 3).addFloatData(1)))
                .hasMessageContaining("tensor w: of shape 2×3 expected 24 bytes of raw data, found 20")
                .hasMessageContaining("tensor v: of shape 3 expected 3 elements of FLOAT32, found 1");
    }

    @Test
    void refusesDimensionsThatAreNegativeOrMultiplyBeyondReason() {
        refused(graph -> graph.addInitializer(tensor("w", -1))).hasMessageContaining("tensor w: dimensions [-1]");
        refused(graph -> graph.addInitializer(tensor("w", 1 << 20, 1 << 20, 1 << 20)))
                .hasMessageContaining("tensor w: dimensions");
        refused(graph -> graph.addInitializer(tensor("w", Long.MAX_VALUE, 0))).hasMessageContaining("tensor w");
    }

    @Test
    void refusesNodesWithoutOperatorOrOutputAndWithWrongInputs() {
        refused(graph -> graph.addNode(NodeProto.newBuilder().setName("n").addOutput("o")))
                .hasMessageContaining("node n has no operator");
        refused(graph -> graph.addNode(NodeProto.newBuilder().setName("n").setOpType("Relu")))
                .hasMessageContaining("node n has no output");
        refused(graph -> graph.addNode(node("n", "Conv", "x", "o")))
                .hasMessageContaining("node n (Conv) expects 2 to 3");
    }

    @Test
    void followsALinkToExternalDataOnlyBesideWhatTheModelItselfLinksTo(@TempDir Path directory) throws IOException {
        Path store = Files.createDirectories(directory.resolve("store"));
        Path snapshot = Files.createDirectories(directory.resolve("snapshot"));
        Files.copy(OnnxFixtures.file("external.onnx"), store.resolve("blob-1"));
        Files.copy(OnnxFixtures.file("external.bin"), store.resolve("blob-2"));
        Files.createSymbolicLink(snapshot.resolve("external.bin"), store.resolve("blob-2"));
        Files.createSymbolicLink(snapshot.resolve("model.onnx"), store.resolve("blob-1"));
        Files.copy(OnnxFixtures.file("external.onnx"), snapshot.resolve("copy.onnx"));

        assertThat(OnnxReader.read(snapshot.resolve("model.onnx")).constants())
                .isEqualTo(OnnxReader.read(OnnxFixtures.file("external.onnx")).constants());
        assertThatThrownBy(() -> OnnxReader.read(snapshot.resolve("copy.onnx")))
                .hasMessageContaining("external data file external.bin: leads out of the model's folder");
    }

    @Test
    void leavesToTheRuntimeWhatShapesANodeTakes() {
        ModelProto model = model(graph -> graph.addInitializer(
                                tensor("p", 2).addFloatData(1).addFloatData(2))
                        .addInitializer(
                                tensor("q", 3).addFloatData(1).addFloatData(2).addFloatData(3))
                        .addNode(node("sum", "Add", "p", "o").addInput("q")))
                .build();

        assertThat(OnnxReader.read("m", ByteBuffer.wrap(model.toByteArray())).nodes())
                .extracting(Node::name)
                .containsExactly("first", "second", "sum");
    }

    @Test
    void refusesASecondTensorOrAttributeOfTheSameName() {
        refused(graph -> graph.addInitializer(tensor("w").addFloatData(1))
                        .addInitializer(tensor("w").addFloatData(1)))
                .hasMessageContaining("two initializers are called w");
        AttributeProto axis = AttributeProto.newBuilder()
                .setName("axis")
                .setType(AttributeProto.AttributeType.INT)
                .setI(1)
                .build();
        refused(graph -> graph.addNode(
                        node("n", "Flatten", "x", "o").addAttribute(axis).addAttribute(axis)))
                .hasMessageContaining("node n has two attributes called axis");
    }

    @Test
    void refusesAModelWithoutGraphVersionOrOperatorSet() {
        refused(ModelProto.newBuilder()).hasMessageContaining("expected a graph");
        refused(model(graph -> {}).clearIrVersion()).hasMessageContaining("version of the format");
        refused(model(graph -> {}).clearOpsetImport()).hasMessageContaining("operator sets");
    }

    @Test
    void refusesAFunctionThatRedefinesAnOperatorOfOnnx() {
        refused(model(graph -> {}).addFunctions(FunctionProto.newBuilder().setName("Relu")))
                .hasMessageContaining("node first calls a function that redefines ONNX's own Relu");
    }

    @Test
    void refusesSubgraphsNestedWithoutEnd() {
        GraphProto inner = GraphProto.getDefaultInstance();
        for (int i = 0; i < 40; i++) {
            inner = GraphProto.newBuilder()
                    .addNode(node("n", "If", "c", "o")
                            .addAttribute(AttributeProto.newBuilder()
                                    .setName("then_branch")
                                    .setType(AttributeProto.AttributeType.GRAPH)
                                    .setG(inner)))
                    .build();
        }
        AttributeProto deep = AttributeProto.newBuilder()
                .setName("body")
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(inner)
                .build();
        refused(graph -> graph.addNode(node("outer", "Loop", "x", "o").addAttribute(deep)))
                .hasMessageContaining("attribute body of node outer")
                .hasMessageContaining("nests more than");
    }

    private void refusedFile(TensorProto.Builder tensor, String expected) throws IOException {
        Path file = Files.write(
                directory.resolve("m.onnx"),
                model(graph -> graph.addInitializer(tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL)))
                        .build()
                        .toByteArray());
        assertThatThrownBy(() -> OnnxReader.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("tensor w")
                .hasMessageContaining(expected);
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.bin", "/etc/passwd", "a/../../secret.bin", ".", ""})
    void refusesExternalDataOutsideTheModelsFolder(String location) throws IOException {
        refusedFile(tensor("w", 1).addExternalData(entry("location", location)), "inside the model's folder");
    }

    @Test
    void refusesExternalDataBehindALinkThatLeavesTheFolder(@TempDir Path elsewhere) throws IOException {
        Path secret = Files.write(elsewhere.resolve("secret.bin"), new byte[4]);
        Files.createSymbolicLink(directory.resolve("link.bin"), secret);

        refusedFile(tensor("w", 1).addExternalData(entry("location", "link.bin")), "leads out of the model's folder");
    }

    @Test
    void refusesExternalDataThatIsMissingTooShortOrMisdescribed() throws IOException {
        Files.write(directory.resolve("data.bin"), new byte[6]);
        refusedFile(tensor("w", 1).addExternalData(entry("location", "none.bin")), "cannot be read");
        refusedFile(tensor("w", 2).addExternalData(entry("location", "data.bin")), "has 6 bytes, but 8 are read");
        for (String offset : List.of("3", "9223372036854775807")) {
            refusedFile(
                    tensor("w", 1)
                            .addExternalData(entry("location", "data.bin"))
                            .addExternalData(entry("offset", offset)),
                    "has 6 bytes");
        }
        for (String offset : List.of("-1", "one", "99999999999999999999")) {
            refusedFile(
                    tensor("w", 1)
                            .addExternalData(entry("location", "data.bin"))
                            .addExternalData(entry("offset", offset)),
                    "expected a number");
        }
        refusedFile(
                tensor("w", 1).addExternalData(entry("location", "data.bin")).addExternalData(entry("length", "5")),
                "expected 4 bytes of external data, found 5");
    }

    @Test
    void refusesExternalDataOfAModelThatIsNotInAFile() {
        refused(graph -> graph.addInitializer(tensor("w", 1)
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", "data.bin"))))
                .hasMessageContaining("has no folder");
    }

    @Test
    void saysThatAFileIsCutOff() throws IOException {
        byte[] whole = OnnxWriter.write(OnnxReader.read(OnnxFixtures.file("external.onnx")));
        ByteBuffer half = ByteBuffer.wrap(Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> OnnxReader.read("m", half))
                .hasMessageContaining("does not end within the %d bytes: the file is cut off", whole.length / 2)
                .hasMessageNotContaining("protocol");
    }

    @Test
    void refusesATruncatedFileWhereverItEnds() throws IOException {
        // What follows the graph and the operator sets may be missing altogether: the producer's notes.
        byte[] whole = OnnxWriter.write(OnnxReader.read(OnnxFixtures.file("external.onnx")));
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer start = ByteBuffer.wrap(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> OnnxReader.read("m", start))
                    .as("%d bytes", length)
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void recognisesModelsByTheirContent() throws IOException {
        for (String name : OnnxFixtures.names()) {
            assertThat(OnnxReader.recognises(OnnxFixtures.file(name))).as(name).isTrue();
        }
        assertThat(OnnxReader.recognises(OnnxFixtures.file("do-conv.safetensors")))
                .isFalse();
        assertThat(OnnxReader.recognises(Path.of("models/digits/model.yaml"))).isFalse();
        assertThat(OnnxReader.recognises(Files.write(directory.resolve("empty.onnx"), new byte[0])))
                .isFalse();
    }
}
