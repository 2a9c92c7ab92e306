package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import com.google.protobuf.ByteString;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.graph.Shapes;
import io.foldserve.problem.InvalidInputException;
import java.util.Optional;
import java.util.Set;

/** Reads ONNX's {@code AttributeProto}. What is not understood keeps its bytes. */
final class AttributeReader {
    private static final Set<String> CONSTANTS = Set.of("Constant", "ConstantOfShape");
    private static final Set<AttributeType> PLAIN = Set.of(
            AttributeType.INT,
            AttributeType.INTS,
            AttributeType.FLOAT,
            AttributeType.FLOATS,
            AttributeType.STRING,
            AttributeType.STRINGS,
            AttributeType.TENSOR);

    private final WireMessage wire;
    private final TensorReader tensors;

    AttributeReader(WireMessage wire, TensorReader tensors) {
        this.wire = wire;
        this.tensors = tensors;
    }

    /** An attribute with its name. */
    record Named(String name, Attribute attribute) {}

    /**
     * The attribute in {@code encoded}, one of {@code node}'s, which may still be without any.
     *
     * @throws InvalidInputException if it is broken
     */
    Named read(Node node, ByteString encoded) {
        Head head = new Head();
        wire.walk("an attribute of node " + node.name(), encoded, head::visit);
        String title = "attribute %s of node %s".formatted(head.name, node.name());
        if (head.name.isEmpty() || head.type == AttributeType.UNDEFINED) {
            throw new InvalidInputException(title, head.name.isEmpty() ? "has no name" : "has no type");
        }
        Optional<Attribute> plain = PLAIN.contains(head.type)
                ? plain(node, Parsed.message(title, AttributeProto.parser(), encoded), encoded)
                : Optional.empty();
        return new Named(head.name, plain.orElseGet(() -> opaque(title, encoded)));
    }

    private Attribute opaque(String title, ByteString encoded) {
        Subgraphs subgraphs = Subgraphs.of(wire, title, encoded);
        return new Attribute.Opaque(encoded.asReadOnlyByteBuffer(), subgraphs.reads(), subgraphs.assigns());
    }

    // Operators that are known need their values; all others keep their bytes unless writing gives the same ones.
    private Optional<Attribute> plain(Node node, AttributeProto message, ByteString encoded) {
        if (message.getType() == AttributeType.TENSOR) {
            return CONSTANTS.contains(node.op())
                    ? tensors.read(message.getT()).map(Attribute.Value::new)
                    : Optional.empty();
        }
        if (!isText(message)) {
            return Optional.empty();
        }
        Attribute attribute = plain(message);
        return Shapes.knows(node)
                        || NodeMessage.attribute(message.getName(), attribute)
                                .toByteString()
                                .equals(encoded)
                ? Optional.of(attribute)
                : Optional.empty();
    }

    private static boolean isText(AttributeProto message) {
        return message.getS().isValidUtf8() && message.getStringsList().stream().allMatch(ByteString::isValidUtf8);
    }

    private static Attribute plain(AttributeProto message) {
        return switch (message.getType()) {
            case INT -> new Attribute.Int(message.getI());
            case INTS -> new Attribute.Ints(message.getIntsList());
            case FLOAT -> new Attribute.Real(message.getF());
            case FLOATS ->
                new Attribute.Reals(
                        message.getFloatsList().stream().map(Float::doubleValue).toList());
            case STRING -> new Attribute.Text(message.getS().toStringUtf8());
            case STRINGS ->
                new Attribute.Texts(message.getStringsList().stream()
                        .map(ByteString::toStringUtf8)
                        .toList());
            default -> throw new IllegalArgumentException(message.getType() + " is not a plain value");
        };
    }

    /** Name and type, which say how to read the rest. */
    private static final class Head {
        private String name = "";
        private AttributeType type = AttributeType.UNDEFINED;

        void visit(WireMessage.Field field) {
            if (field.id() == AttributeProto.NAME_FIELD_NUMBER) {
                name = field.text();
            } else if (field.id() == AttributeProto.TYPE_FIELD_NUMBER) {
                // A type that is newer than these messages passes through like any that is not plain.
                type = Optional.ofNullable(AttributeType.forNumber((int) field.number()))
                        .orElse(AttributeType.GRAPHS);
            }
        }
    }
}
