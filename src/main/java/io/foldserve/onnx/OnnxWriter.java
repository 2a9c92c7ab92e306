package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedOutputStream;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a {@link Graph} as an ONNX model.
 *
 * <p>Constants become initializers with their own element type, little-endian, without being copied on the way; real
 * attributes are rounded to float32, the only real type that ONNX attributes have. Nothing else changes: a graph with
 * FLOAT64 constants is written with FLOAT64 constants, and what {@link OnnxReader} did not understand is written as it
 * was. A format version newer than {@value #NEWEST_FORMAT} is written as that one. Stateless and thread-safe.
 */
public final class OnnxWriter {
    private static final String PRODUCER = "foldserve";

    /** The newest version of the format that the bundled runtime reads. */
    private static final int NEWEST_FORMAT = 13;

    private OnnxWriter() {}

    /**
     * The model as bytes.
     *
     * @throws InvalidInputException if the model would have 2 GiB or more, protobuf's limit for one message
     */
    public static byte[] write(Graph graph) {
        return model(graph).toByteArray();
    }

    /**
     * The model in a direct buffer, for native code: no byte of it passes through the heap.
     *
     * @param outside the constants whose bytes are handed over beside the model; it only declares them
     * @throws InvalidInputException if the model would have 2 GiB or more
     */
    public static ByteBuffer writeDirect(Graph graph, Set<String> outside) {
        ModelProto model = model(graph, outside);
        ByteBuffer bytes = ByteBuffer.allocateDirect(model.getSerializedSize());
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            model.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer of the counted size was too small", e);
        }
        return bytes.flip();
    }

    /**
     * Writes the model to {@code out}, which stays open, without building the whole of it in memory.
     *
     * @throws InvalidInputException if the model would have 2 GiB or more; nothing was written then
     */
    public static void write(Graph graph, OutputStream out) throws IOException {
        model(graph).writeTo(out);
    }

    /** The same with {@code metadata} about the model, which does not change what it computes. */
    public static void write(Graph graph, Map<String, String> metadata, OutputStream out) throws IOException {
        ModelProto.Builder model = model(graph).toBuilder();
        metadata.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        model.build().writeTo(out);
    }

    /**
     * Writes the model to {@code file}, which appears complete or not at all: the bytes go to {@code file.partial}
     * beside it first.
     *
     * @throws InvalidInputException if the model would have 2 GiB or more; nothing was written then
     */
    public static void write(Graph graph, Path file) throws IOException {
        ModelProto model = model(graph);
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try (OutputStream out = Files.newOutputStream(partial)) {
                model.writeTo(out);
            }
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static ModelProto model(Graph graph) {
        return model(graph, Set.of());
    }

    private static ModelProto model(Graph graph, Set<String> outside) {
        int irVersion = graph.fileRemainder().isFromFile()
                ? Math.min(graph.fileRemainder().formatVersion(), NEWEST_FORMAT)
                : irVersion(graph.opset());
        ModelProto.Builder model =
                ModelProto.newBuilder().setIrVersion(irVersion).setGraph(GraphMessage.of(graph, outside));
        if (graph.fileRemainder().isFromFile()) {
            model.setUnknownFields(
                    EncodedFields.of(graph.fileRemainder().model()).build());
        } else {
            model.setProducerName(PRODUCER);
        }
        graph.opsets().forEach((domain, version) -> model.addOpsetImport(operators(domain, version)));
        // Contributed domains have had no second version so far, unlike ONNX's own.
        new TreeSet<>(graph.nodes().stream().map(Node::domain).toList())
                .stream()
                        .filter(domain -> !graph.opsets().containsKey(domain))
                        .forEach(domain -> model.addOpsetImport(operators(domain, 1)));
        ModelProto built = model.build();
        refuseOversized(graph, outside, built);
        return built;
    }

    private static OperatorSetIdProto operators(String domain, int version) {
        return OperatorSetIdProto.newBuilder()
                .setDomain(domain)
                .setVersion(version)
                .build();
    }

    /**
     * The IR version that came with {@code opset} (the table "Released Versions" in ONNX's Versioning.md). Never below
     * 4: before it every initializer had to be listed as an input too.
     */
    private static int irVersion(int opset) {
        int[] firstOpsetOfNextIr = {10, 11, 12, 15, 19, 21, 23, 24, 25};
        int ir = 4;
        for (int first : firstOpsetOfNextIr) {
            if (opset >= first) {
                ir++;
            }
        }
        return ir;
    }

    /** The constants are summed first because protobuf counts a message's bytes in an int, which would overflow. */
    private static void refuseOversized(Graph graph, Set<String> outside, ModelProto model) {
        long constants = graph.constants().entrySet().stream()
                .filter(constant -> !outside.contains(constant.getKey()))
                .mapToLong(constant -> constant.getValue().bytes().remaining())
                .sum();
        if (constants > Integer.MAX_VALUE || model.getSerializedSize() < 0) {
            throw new InvalidInputException(
                    "model " + graph.name(),
                    "it has %d bytes of constants; an ONNX file without external data must stay below 2 GiB (%d bytes)"
                            .formatted(constants, 1L << 31));
        }
    }
}
