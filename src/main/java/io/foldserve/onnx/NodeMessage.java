package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import java.nio.ByteBuffer;
import java.util.Map;

/** Nodes as ONNX's {@code NodeProto}. */
final class NodeMessage {
    private NodeMessage() {}

    /**
     * The message.
     *
     * @param carried the encoded fields that came with the node
     */
    static NodeProto of(Node node, ByteBuffer carried) {
        NodeProto.Builder message = NodeProto.newBuilder()
                .setName(node.name())
                .setDomain(node.domain())
                .setOpType(node.op())
                .addAllInput(node.inputs())
                .addAllOutput(node.outputs());
        UnknownFieldSet.Field.Builder encoded = UnknownFieldSet.Field.newBuilder();
        for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
            if (entry.getValue() instanceof Attribute.Opaque opaque) {
                encoded.addLengthDelimited(UnsafeByteOperations.unsafeWrap(opaque.encoded()));
            } else {
                message.addAttribute(attribute(entry.getKey(), entry.getValue()));
            }
        }
        return withEncoded(message, encoded.build(), carried);
    }

    /**
     * Attributes that arrived encoded leave as the same bytes: parsing and encoding them again could reorder their
     * fields. On the wire an unknown field with the number of {@code attribute} is an attribute like the others.
     */
    private static NodeProto withEncoded(NodeProto.Builder message, UnknownFieldSet.Field encoded, ByteBuffer carried) {
        UnknownFieldSet.Builder fields = EncodedFields.of(carried);
        if (!encoded.getLengthDelimitedList().isEmpty()) {
            fields.addField(NodeProto.ATTRIBUTE_FIELD_NUMBER, encoded);
        }
        return message.setUnknownFields(fields.build()).build();
    }

    /** A plain attribute as its message. */
    static AttributeProto attribute(String name, Attribute attribute) {
        AttributeProto.Builder message = AttributeProto.newBuilder().setName(name);
        if (attribute instanceof Attribute.Int integer) {
            message.setType(AttributeType.INT).setI(integer.value());
        } else if (attribute instanceof Attribute.Ints integers) {
            message.setType(AttributeType.INTS).addAllInts(integers.values());
        } else if (attribute instanceof Attribute.Real real) {
            message.setType(AttributeType.FLOAT).setF((float) real.value());
        } else if (attribute instanceof Attribute.Reals reals) {
            message.setType(AttributeType.FLOATS);
            reals.values().forEach(value -> message.addFloats(value.floatValue()));
        } else if (attribute instanceof Attribute.Text text) {
            message.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(text.value()));
        } else if (attribute instanceof Attribute.Texts texts) {
            message.setType(AttributeType.STRINGS);
            texts.values().forEach(value -> message.addStrings(ByteString.copyFromUtf8(value)));
        } else if (attribute instanceof Attribute.Value tensor) {
            message.setType(AttributeType.TENSOR).setT(TensorMessage.of("", tensor.value()));
        } else {
            throw new IllegalArgumentException("attribute " + name + " is already encoded");
        }
        return message.build();
    }
}
