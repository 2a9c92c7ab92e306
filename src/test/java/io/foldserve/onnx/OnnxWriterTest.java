package io.foldserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import com.google.protobuf.ByteString;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxWriterTest {
    @Test
    void writesTheGraphsOpsetWithTheIrVersionThatCameWithItAndItsOwnName() throws IOException {
        ModelProto model = written(scaled());

        assertThat(model.getOpsetImportList()).containsExactly(operators("", Graph.OPSET));
        assertThat(model.getIrVersion()).isEqualTo(9);
        assertThat(model.getProducerName()).isEqualTo("foldserve");
        assertThat(model.getGraph().getName()).isEqualTo("scaled");
    }

    @ParameterizedTest
    @CsvSource({
        "7, 4", "9, 4", "10, 5", "11, 6", "12, 7", "14, 7", "15, 8", "18, 8", "19, 9", "20, 9", "21, 10", "22, 10",
        "23, 11", "24, 12", "25, 13"
    })
    void choosesTheIrVersionOfEveryOpset(int opset, long irVersion) throws IOException {
        Graph graph = new Graph("empty", opset, List.of(), List.of(), List.of(), Map.of());

        assertThat(written(graph).getIrVersion()).isEqualTo(irVersion);
    }

    @Test
    void importsEachForeignDomainOnce() throws IOException {
        GraphBuilder builder = new GraphBuilder("foreign");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1)));
        builder.add(new Node("a", "com.microsoft", "Gelu", List.of("x"), List.of("a"), Map.of()));
        builder.add(new Node("b", "com.microsoft", "Gelu", List.of("a"), List.of("b"), Map.of()));

        assertThat(written(builder.build()).getOpsetImportList())
                .containsExactly(operators("", Graph.OPSET), operators("com.microsoft", 1));
    }

    @Test
    void writesFixedNamedAndNamelessDimensions() throws IOException {
        Value input = new Value(
                "x",
                DType.UINT8,
                List.of(Value.Dimension.fixed(3), Value.Dimension.named("height"), Value.Dimension.named("")));
        GraphBuilder builder = new GraphBuilder("dimensions");
        builder.input(input);

        List<TensorShapeProto.Dimension> dimensions = written(builder.build())
                .getGraph()
                .getInput(0)
                .getType()
                .getTensorType()
                .getShape()
                .getDimList();
        assertThat(dimensions.get(0).getDimValue()).isEqualTo(3);
        assertThat(dimensions.get(1).getDimParam()).isEqualTo("height");
        assertThat(dimensions.get(2)).isEqualTo(TensorShapeProto.Dimension.getDefaultInstance());
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void writesConstantsOfEveryElementTypeAsTheirLittleEndianBytes(DType dtype) throws IOException {
        byte[] bytes = new byte[6 * dtype.bytes()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 2);
        }
        Tensor tensor = Tensor.ofBytes(dtype, Shape.of(2, 3), ByteBuffer.wrap(bytes));

        TensorProto constant =
                written(constants(Map.of("c", tensor))).getGraph().getInitializer(0);

        String onnxName =
                Map.of(DType.FLOAT32, "FLOAT", DType.FLOAT64, "DOUBLE").getOrDefault(dtype, dtype.name());
        assertThat(constant.getName()).isEqualTo("c");
        assertThat(TensorProto.DataType.forNumber(constant.getDataType()))
                .isEqualTo(TensorProto.DataType.valueOf(onnxName));
        assertThat(constant.getDimsList()).containsExactly(2L, 3L);
        assertThat(constant.getRawData().toByteArray()).isEqualTo(bytes);
    }

    @Test
    void writesAScalarWithoutDimensions() throws IOException {
        TensorProto scalar = written(constants(Map.of("c", Tensor.ofLongs(Shape.of(), 7))))
                .getGraph()
                .getInitializer(0);

        assertThat(scalar.getDimsCount()).isZero();
        assertThat(scalar.getRawData().size()).isEqualTo(8);
    }

    @Test
    void writesEveryKindOfAttributeAndRoundsRealsToFloat32() throws IOException {
        Graph graph = withAttributes(Map.of(
                "int", Attribute.of(-5),
                "ints", Attribute.ints(1, 2),
                "real", Attribute.of(0.1),
                "reals", new Attribute.Reals(List.of(1e-5, 1e300)),
                "text", Attribute.of("reflect"),
                "texts", new Attribute.Texts(List.of("a", "ä")),
                "value",
                        new Attribute.Value(Tensor.ofBytes(DType.INT8, Shape.of(1), ByteBuffer.wrap(new byte[] {7})))));

        TensorProto tensor = TensorProto.newBuilder()
                .setName("")
                .setDataType(TensorProto.DataType.INT8_VALUE)
                .addDims(1)
                .setRawData(ByteString.copyFrom(new byte[] {7}))
                .build();
        assertThat(written(graph).getGraph().getNode(0).getAttributeList())
                .containsExactly(
                        attribute("int", AttributeType.INT).setI(-5).build(),
                        attribute("ints", AttributeType.INTS)
                                .addInts(1)
                                .addInts(2)
                                .build(),
                        attribute("real", AttributeType.FLOAT).setF(0.1f).build(),
                        attribute("reals", AttributeType.FLOATS)
                                .addFloats(1e-5f)
                                .addFloats(Float.POSITIVE_INFINITY)
                                .build(),
                        attribute("text", AttributeType.STRING)
                                .setS(ByteString.copyFromUtf8("reflect"))
                                .build(),
                        attribute("texts", AttributeType.STRINGS)
                                .addStrings(ByteString.copyFromUtf8("a"))
                                .addStrings(ByteString.copyFromUtf8("ä"))
                                .build(),
                        attribute("value", AttributeType.TENSOR).setT(tensor).build());
    }

    @Test
    void passesAnEncodedAttributeOnByteForByteEvenIfItsFieldsAreOutOfOrder() throws IOException {
        // type = INT, i = 3, name = "k": a canonical encoder would write the name first.
        byte[] encoded = {(byte) 0xA0, 0x01, 0x02, 0x18, 0x03, 0x0A, 0x01, 'k'};
        Graph graph =
                withAttributes(Map.of("k", new Attribute.Opaque(ByteBuffer.wrap(encoded)), "other", Attribute.of(1)));

        byte[] written = OnnxWriter.write(graph);

        assertThat(ByteString.copyFrom(written).toString(StandardCharsets.ISO_8859_1))
                .contains(new String(encoded, StandardCharsets.ISO_8859_1));
        NodeProto node = ModelProto.parseFrom(written).getGraph().getNode(0);
        assertThat(node.getAttributeList().stream().map(AttributeProto::getName))
                .containsExactlyInAnyOrder("k", "other");
        assertThat(node.getAttributeList().stream()
                        .filter(attribute -> attribute.getName().equals("k"))
                        .map(AttributeProto::getI))
                .containsExactly(3L);
    }

    @Test
    void writesOmittedOptionalInputsAsEmptyNames() throws IOException {
        GraphBuilder builder = new GraphBuilder("optional");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1)));
        builder.add("Clip", "y", List.of("x", "", "x"));

        assertThat(written(builder.build()).getGraph().getNode(0).getInputList())
                .containsExactly("x", "", "x");
    }

    @Test
    void writesTheSameBytesToMemoryAStreamAndAFile(@TempDir Path folder) throws IOException {
        byte[] bytes = OnnxWriter.write(scaled());
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        Path file = folder.resolve("scaled.onnx");
        Files.writeString(file, "an older file");

        OnnxWriter.write(scaled(), stream);
        OnnxWriter.write(scaled(), file);

        assertThat(stream.toByteArray()).isEqualTo(bytes);
        assertThat(file).hasBinaryContent(bytes);
        assertThat(OnnxWriter.writeDirect(scaled(), Set.of())).isEqualTo(ByteBuffer.wrap(bytes));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void leavesNothingBehindWhenTheFileCannotBeWritten(@TempDir Path folder) {
        Path file = folder.resolve("missing").resolve("scaled.onnx");

        assertThatThrownBy(() -> OnnxWriter.write(scaled(), file)).isInstanceOf(NoSuchFileException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesModelsOfTwoGibibytesAndMore(@TempDir Path folder) {
        Tensor shared = Tensor.ofBytes(DType.UINT8, Shape.of(1 << 23), ByteBuffer.allocate(1 << 23));
        GraphBuilder builder = new GraphBuilder("huge");
        for (int i = 0; i < 256; i++) {
            builder.constant("c" + i, shared);
        }
        Path file = folder.resolve("huge.onnx");

        assertThatThrownBy(() -> OnnxWriter.write(builder.build(), file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("model huge: it has 2147483648 bytes of constants;"
                        + " an ONNX file without external data must stay below 2 GiB (2147483648 bytes)");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesConstantsJustBelowTheLimitWhoseNamesExceedIt() {
        Tensor shared = Tensor.ofBytes(DType.UINT8, Shape.of(1 << 23), ByteBuffer.allocate(1 << 23));
        Tensor last = Tensor.ofBytes(DType.UINT8, Shape.of((1 << 23) - 1), ByteBuffer.allocate((1 << 23) - 1));
        GraphBuilder builder = new GraphBuilder("brim");
        for (int i = 0; i < 255; i++) {
            builder.constant("c" + i, shared);
        }
        builder.constant("last", last);

        assertThatThrownBy(() -> OnnxWriter.write(builder.build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("2147483647 bytes of constants");
    }

    private static ModelProto written(Graph graph) throws IOException {
        return ModelProto.parseFrom(OnnxWriter.write(graph));
    }

    private static OperatorSetIdProto operators(String domain, int version) {
        return OperatorSetIdProto.newBuilder()
                .setDomain(domain)
                .setVersion(version)
                .build();
    }

    private static Graph scaled() {
        GraphBuilder builder = new GraphBuilder("scaled");
        Value input = Value.of("x", DType.FLOAT32, Shape.of(2));
        builder.input(input);
        builder.constant("scale", Tensor.ofFloats(Shape.of(2), 3, 4));
        builder.add("Mul", "y", List.of("x", "scale"));
        builder.output(Value.of("y", DType.FLOAT32, Shape.of(2)));
        return builder.build();
    }

    private static Graph constants(Map<String, Tensor> constants) {
        return new Graph("constants", Graph.OPSET, List.of(), List.of(), List.of(), constants);
    }

    private static Graph withAttributes(Map<String, Attribute> attributes) {
        GraphBuilder builder = new GraphBuilder("attributes");
        builder.input(Value.of("x", DType.FLOAT32, Shape.of(1)));
        builder.add("Whatever", "y", List.of("x"), attributes);
        return builder.build();
    }

    private static AttributeProto.Builder attribute(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }
}
