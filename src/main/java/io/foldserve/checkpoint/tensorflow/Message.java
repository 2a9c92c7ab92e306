package io.foldserve.checkpoint.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes an encoded protobuf message apart, field by field, without a schema. */
final class Message {
    /** One field: its number, and what it holds, as a number or as bytes. */
    record Field(int id, long number, ByteBuffer bytes) {
        /** The bytes as text. */
        String text() {
            return ByteString.copyFrom(bytes.duplicate()).toStringUtf8();
        }
    }

    /** What is done with a field. */
    @FunctionalInterface
    interface Visitor {
        void visit(Field field);
    }

    private Message() {}

    /**
     * Hands every field of {@code message} to {@code visitor}, in order.
     *
     * @param title of the message, for refusals
     * @throws InvalidInputException if it ends inside a field, or has a field that no message of TensorFlow's has
     */
    static void walk(String title, ByteBuffer message, Visitor visitor) {
        CodedInputStream in = CodedInputStream.newInstance(message.duplicate());
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                visitor.visit(field(tag, in, message));
            }
        } catch (IOException malformed) {
            throw new InvalidInputException(
                    title,
                    "is broken after %d of its %d bytes: %s"
                            .formatted(in.getTotalBytesRead(), message.remaining(), malformed.getMessage()));
        }
    }

    private static Field field(int tag, CodedInputStream in, ByteBuffer message) throws IOException {
        int id = WireFormat.getTagFieldNumber(tag);
        ByteBuffer none = ByteBuffer.allocate(0);
        return switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> new Field(id, in.readRawVarint64(), none);
            case WireFormat.WIRETYPE_FIXED32 -> new Field(id, in.readRawLittleEndian32(), none);
            case WireFormat.WIRETYPE_FIXED64 -> new Field(id, in.readRawLittleEndian64(), none);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                int length = in.readRawVarint32();
                int start = message.position() + in.getTotalBytesRead();
                in.skipRawBytes(length);
                yield new Field(id, length, message.slice(start, length));
            }
            default -> throw new IOException("a field has wire type " + WireFormat.getTagWireType(tag));
        };
    }
}
