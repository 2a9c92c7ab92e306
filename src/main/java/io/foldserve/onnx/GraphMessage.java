package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import io.foldserve.graph.FileRemainder;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Graphs as ONNX's {@code GraphProto}, with what they carry from their file. */
final class GraphMessage {
    /** Until then every initializer had to be an input too. */
    private static final int FIRST_IR_WITH_PLAIN_INITIALIZERS = 4;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final Graph graph;
    private final Set<String> outside;
    private final FileRemainder remainder;

    private GraphMessage(Graph graph, Set<String> outside) {
        this.graph = graph;
        this.outside = outside;
        this.remainder = graph.fileRemainder();
    }

    /** The message of {@code graph}, in which the constants named {@code outside} have no bytes. */
    static GraphProto of(Graph graph, Set<String> outside) {
        return new GraphMessage(graph, outside).write();
    }

    private GraphProto write() {
        GraphProto.Builder message = GraphProto.newBuilder().setName(graph.name());
        for (Node node : graph.nodes()) {
            message.addNode(NodeMessage.of(node, remainder.nodes().getOrDefault(node.name(), NOTHING)));
        }
        graph.constants()
                .forEach((name, tensor) -> message.addInitializer(
                        outside.contains(name) ? TensorMessage.without(name, tensor) : TensorMessage.of(name, tensor)));
        UnknownFieldSet.Builder fields = EncodedFields.of(remainder.graph());
        remainder
                .constants()
                .values()
                .forEach(constant -> fields.mergeFrom(EncodedFields.of(constant).build()));
        add(fields, GraphProto.INPUT_FIELD_NUMBER, inputs());
        add(fields, GraphProto.OUTPUT_FIELD_NUMBER, declarations(graph.outputs(), remainder.outputs()));
        add(fields, GraphProto.VALUE_INFO_FIELD_NUMBER, valueTypes());
        return message.setUnknownFields(fields.build()).build();
    }

    private static void add(UnknownFieldSet.Builder fields, int number, List<ByteString> messages) {
        if (!messages.isEmpty()) {
            UnknownFieldSet.Field.Builder field = UnknownFieldSet.Field.newBuilder();
            messages.forEach(field::addLengthDelimited);
            fields.addField(number, field.build());
        }
    }

    private static List<ByteString> declarations(List<Value> values, Map<String, ByteBuffer> declared) {
        return values.stream()
                .map(value -> ValueMessage.of(value, Optional.ofNullable(declared.get(value.name()))))
                .toList();
    }

    /** In the file's order; constants that a caller may override among them, and what is new at the end. */
    private List<ByteString> inputs() {
        Map<String, Value> required =
                graph.inputs().stream().collect(Collectors.toMap(Value::name, Function.identity(), (a, b) -> a));
        List<ByteString> inputs = new ArrayList<>();
        remainder.inputs().forEach((name, declared) -> {
            if (required.containsKey(name)) {
                inputs.addAll(declarations(List.of(required.get(name)), remainder.inputs()));
            } else if (graph.constants().containsKey(name)
                    || remainder.constants().containsKey(name)) {
                inputs.add(UnsafeByteOperations.unsafeWrap(declared));
            }
        });
        inputs.addAll(declarations(
                graph.inputs().stream()
                        .filter(input -> !remainder.inputs().containsKey(input.name()))
                        .toList(),
                Map.of()));
        if (remainder.isFromFile() && remainder.formatVersion() < FIRST_IR_WITH_PLAIN_INITIALIZERS) {
            graph.constants().forEach((name, tensor) -> {
                if (!remainder.inputs().containsKey(name)) {
                    inputs.add(ValueMessage.of(Value.of(name, tensor.dtype(), tensor.shape()))
                            .toByteString());
                }
            });
        }
        return inputs;
    }

    /** Of the values that are still there. */
    private List<ByteString> valueTypes() {
        Set<String> present = new HashSet<>();
        graph.nodes().forEach(node -> present.addAll(node.outputs()));
        return remainder.values().entrySet().stream()
                .filter(entry -> present.contains(entry.getKey()))
                .map(entry -> UnsafeByteOperations.unsafeWrap(entry.getValue()))
                .toList();
    }
}
