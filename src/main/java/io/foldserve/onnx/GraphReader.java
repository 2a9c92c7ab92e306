package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.FileRemainder;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads ONNX's {@code GraphProto}. Not thread-safe; belongs to one reading. */
final class GraphReader {
    private static final String ALIAS_OF_ONNX = "ai.onnx";

    private final WireMessage wire;
    private final Problems problems;
    private final TensorReader tensors;
    private final AttributeReader attributes;

    private final Map<String, Value> inputs = new LinkedHashMap<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Map<String, ByteBuffer> inputTypes = new LinkedHashMap<>();
    private final Map<String, ByteBuffer> outputTypes = new LinkedHashMap<>();
    private final Map<String, ByteBuffer> valueTypes = new LinkedHashMap<>();
    private final List<Parts> parts = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, ByteBuffer> nodeRests = new LinkedHashMap<>();
    private final Set<String> declaredNames = new HashSet<>();
    private final Set<String> nodeNames = new HashSet<>();
    private final Map<String, Integer> namesakes = new HashMap<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<String, ByteBuffer> foreignConstants = new LinkedHashMap<>();
    private ByteString rest = ByteString.EMPTY;
    private String name = "";

    GraphReader(WireMessage wire, ExternalFiles files, Problems problems) {
        this.wire = wire;
        this.problems = problems;
        this.tensors = new TensorReader(files);
        this.attributes = new AttributeReader(wire, tensors);
    }

    /** ONNX's own domain has two spellings. */
    static String domain(String declared) {
        return declared.equals(ALIAS_OF_ONNX) ? "" : declared;
    }

    /** The graph in {@code encoded}, as far as it can be read; what cannot be is among the problems. */
    Graph read(ByteString encoded, Map<String, Integer> opsets, int formatVersion, ByteString model) {
        wire.walk("graph", encoded, this::field);
        parts.forEach(node -> attempt(() -> node(node)));
        inputs.keySet().removeAll(constants.keySet());
        inputs.keySet().removeAll(foreignConstants.keySet());
        FileRemainder remainder = new FileRemainder(
                formatVersion,
                model.asReadOnlyByteBuffer(),
                rest.asReadOnlyByteBuffer(),
                inputTypes,
                outputTypes,
                valueTypes,
                foreignConstants,
                nodeRests);
        return new Graph(
                name, opsets, List.copyOf(inputs.values()), List.copyOf(outputs.values()), nodes, constants, remainder);
    }

    private void field(WireMessage.Field field) {
        switch (field.id()) {
            case GraphProto.NAME_FIELD_NUMBER -> name = field.text();
            case GraphProto.NODE_FIELD_NUMBER -> attempt(() -> takeApart(field.body()));
            case GraphProto.INITIALIZER_FIELD_NUMBER -> attempt(() -> initializer(field.body()));
            case GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER -> attempt(() -> sparse(field));
            case GraphProto.INPUT_FIELD_NUMBER -> attempt(() -> value("input", field.body(), inputs, inputTypes));
            case GraphProto.OUTPUT_FIELD_NUMBER -> attempt(() -> value("output", field.body(), outputs, outputTypes));
            case GraphProto.VALUE_INFO_FIELD_NUMBER ->
                valueTypes.put(text(field.body(), ValueInfoProto.NAME_FIELD_NUMBER), bytes(field.body()));
            default -> rest = rest.concat(field.raw());
        }
    }

    private static ByteBuffer bytes(ByteString shared) {
        return shared.asReadOnlyByteBuffer();
    }

    private void attempt(Runnable step) {
        if (problems.isFull()) {
            return;
        }
        try {
            step.run();
        } catch (InvalidInputException refused) {
            refused.problems().forEach(problem -> problems.add(refused.subject() + ": " + problem));
        }
    }

    private String text(ByteString message, int id) {
        String[] text = {""};
        wire.walk("graph", message, field -> text[0] = field.id() == id ? field.text() : text[0]);
        return text[0];
    }

    private void value(String kind, ByteString encoded, Map<String, Value> values, Map<String, ByteBuffer> types) {
        Value value = ValueReader.read(Parsed.message("an " + kind, ValueInfoProto.parser(), encoded));
        if (values.putIfAbsent(value.name(), value) != null) {
            problems.add("%s %s is declared twice".formatted(kind, value.name()));
        }
        types.put(value.name(), bytes(encoded));
    }

    private void initializer(ByteString encoded) {
        TensorProto message = Parsed.message("an initializer", TensorProto.parser(), encoded);
        String tensor = message.getName();
        boolean taken = constants.containsKey(tensor) || foreignConstants.containsKey(tensor);
        if (tensor.isEmpty() || taken) {
            problems.add(tensor.isEmpty() ? "an initializer has no name" : "two initializers are called " + tensor);
            return;
        }
        Optional<Tensor> known = tensors.read(message);
        if (known.isPresent()) {
            constants.put(tensor, known.get());
        } else {
            boolean external = message.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
            ByteString whole = external ? tensors.whole(message).toByteString() : encoded;
            foreignConstants.put(tensor, bytes(field(whole)));
        }
    }

    private static ByteString field(ByteString tensor) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        GraphProto.INITIALIZER_FIELD_NUMBER,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(tensor)
                                .build())
                .build()
                .toByteString();
    }

    private void sparse(WireMessage.Field field) {
        String[] tensor = {""};
        wire.walk("a sparse initializer", field.body(), part -> {
            if (part.id() == SparseTensorProto.VALUES_FIELD_NUMBER) {
                tensor[0] = text(part.body(), TensorProto.NAME_FIELD_NUMBER);
            }
        });
        if (tensor[0].isEmpty() || foreignConstants.containsKey(tensor[0])) {
            problems.add(
                    tensor[0].isEmpty()
                            ? "a sparse initializer has no name"
                            : "two initializers are called " + tensor[0]);
            return;
        }
        foreignConstants.put(tensor[0], bytes(field.raw()));
    }

    // Nodes without a name are given one later, which must not be one that another node declares.
    private void takeApart(ByteString encoded) {
        Parts node = new Parts();
        wire.walk("node " + parts.size(), encoded, node::visit);
        parts.add(node);
        declaredNames.add(node.name);
    }

    private void node(Parts node) {
        String unique = unique(node);
        if (node.op.isEmpty() || node.outputs.isEmpty()) {
            problems.add("node %s has no %s".formatted(unique, node.op.isEmpty() ? "operator" : "output"));
            return;
        }
        Node bare = new Node(unique, domain(node.domain), node.op, node.inputs, node.outputs, Map.of());
        Map<String, Attribute> read = new LinkedHashMap<>();
        for (ByteString attribute : node.attributes) {
            attempt(() -> {
                AttributeReader.Named named = attributes.read(bare, attribute);
                if (read.putIfAbsent(named.name(), named.attribute()) != null) {
                    problems.add("node %s has two attributes called %s".formatted(unique, named.name()));
                }
            });
        }
        nodes.add(new Node(bare.name(), bare.domain(), bare.op(), bare.inputs(), bare.outputs(), read));
        if (!node.rest.isEmpty()) {
            nodeRests.put(unique, bytes(node.rest));
        }
    }

    // ONNX lets nodes go without a name, and runtimes let several have the same one.
    private String unique(Parts node) {
        if (!node.name.isEmpty() && nodeNames.add(node.name)) {
            return node.name;
        }
        String wanted = node.name.isEmpty()
                ? node.op + "_" + node.outputs.stream().findFirst().orElse("")
                : node.name;
        while (true) {
            int namesake = namesakes.merge(wanted, 1, Integer::sum);
            String unique = namesake == 1 && node.name.isEmpty() ? wanted : wanted + "_" + namesake;
            if (!declaredNames.contains(unique) && nodeNames.add(unique)) {
                return unique;
            }
        }
    }

    /** The fields of one node. */
    private static final class Parts {
        private final List<String> inputs = new ArrayList<>();
        private final List<String> outputs = new ArrayList<>();
        private final List<ByteString> attributes = new ArrayList<>();
        private String name = "";
        private String op = "";
        private String domain = "";
        private ByteString rest = ByteString.EMPTY;

        void visit(WireMessage.Field field) {
            switch (field.id()) {
                case NodeProto.INPUT_FIELD_NUMBER -> inputs.add(field.text());
                case NodeProto.OUTPUT_FIELD_NUMBER -> outputs.add(field.text());
                case NodeProto.NAME_FIELD_NUMBER -> name = field.text();
                case NodeProto.OP_TYPE_FIELD_NUMBER -> op = field.text();
                case NodeProto.DOMAIN_FIELD_NUMBER -> domain = field.text();
                case NodeProto.ATTRIBUTE_FIELD_NUMBER -> attributes.add(field.body());
                default -> rest = rest.concat(field.raw());
            }
        }
    }
}
