package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.foldserve.problem.InvalidInputException;
import java.util.HashSet;
import java.util.Set;

/** Finds what the subgraphs of an attribute read from the graphs around them, and which names they use themselves. */
final class Subgraphs {
    /** Protobuf's own bound for nested messages, of which one subgraph takes three. */
    private static final int DEEPEST = 33;

    private final WireMessage wire;
    private final String title;
    private final Set<String> reads = new HashSet<>();
    private final Set<String> assigns = new HashSet<>();

    private Subgraphs(WireMessage wire, String title) {
        this.wire = wire;
        this.title = title;
    }

    /**
     * Surveys the subgraphs of {@code attribute}, an encoded AttributeProto.
     *
     * @param title of the attribute, for refusals
     * @throws InvalidInputException if it is broken, nested too deeply, or refers to another file
     */
    static Subgraphs of(WireMessage wire, String title, ByteString attribute) {
        Subgraphs found = new Subgraphs(wire, title);
        found.attribute(attribute, found.reads, 0);
        return found;
    }

    /** The values of the surrounding graph that are read. */
    Set<String> reads() {
        return reads;
    }

    /** The names of the subgraphs' own values. */
    Set<String> assigns() {
        return assigns;
    }

    private void attribute(ByteString attribute, Set<String> outer, int depth) {
        wire.walk(title, attribute, field -> {
            switch (field.id()) {
                case AttributeProto.G_FIELD_NUMBER, AttributeProto.GRAPHS_FIELD_NUMBER ->
                    graph(field.body(), outer, depth + 1);
                case AttributeProto.T_FIELD_NUMBER, AttributeProto.TENSORS_FIELD_NUMBER -> tensor(field.body());
                default -> {}
            }
        });
    }

    private void graph(ByteString graph, Set<String> outer, int depth) {
        if (depth > DEEPEST) {
            throw new InvalidInputException(title, "nests more than %d graphs".formatted(DEEPEST));
        }
        Set<String> own = new HashSet<>();
        Set<String> read = new HashSet<>();
        wire.walk(title, graph, field -> {
            switch (field.id()) {
                case GraphProto.NODE_FIELD_NUMBER -> node(field.body(), own, read, depth);
                case GraphProto.INITIALIZER_FIELD_NUMBER -> {
                    tensor(field.body());
                    own.add(name(field.body(), TensorProto.NAME_FIELD_NUMBER));
                }
                case GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER ->
                    wire.walk(title, field.body(), part -> {
                        if (part.id() == SparseTensorProto.VALUES_FIELD_NUMBER) {
                            own.add(name(part.body(), TensorProto.NAME_FIELD_NUMBER));
                        }
                    });
                case GraphProto.INPUT_FIELD_NUMBER -> own.add(name(field.body(), ValueInfoProto.NAME_FIELD_NUMBER));
                case GraphProto.OUTPUT_FIELD_NUMBER -> read.add(name(field.body(), ValueInfoProto.NAME_FIELD_NUMBER));
                default -> {}
            }
        });
        own.remove("");
        read.removeAll(own);
        read.remove("");
        assigns.addAll(own);
        outer.addAll(read);
    }

    private void node(ByteString node, Set<String> own, Set<String> read, int depth) {
        wire.walk(title, node, field -> {
            switch (field.id()) {
                case NodeProto.INPUT_FIELD_NUMBER -> read.add(field.text());
                case NodeProto.OUTPUT_FIELD_NUMBER -> own.add(field.text());
                case NodeProto.ATTRIBUTE_FIELD_NUMBER -> attribute(field.body(), read, depth);
                default -> {}
            }
        });
    }

    // The attribute is written back as it is, perhaps into another folder, where the reference would lead nowhere.
    private void tensor(ByteString tensor) {
        wire.walk(title, tensor, field -> {
            if (field.id() == TensorProto.EXTERNAL_DATA_FIELD_NUMBER) {
                throw new InvalidInputException(
                        title, "keeps a tensor in another file, which is read for initializers of the main graph only");
            }
        });
    }

    private String name(ByteString message, int id) {
        String[] name = {""};
        wire.walk(title, message, field -> {
            if (field.id() == id) {
                name[0] = field.text();
            }
        });
        return name[0];
    }
}
