package io.foldserve.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;

/**
 * The fields of one encoded protobuf message, without a schema: what a file says can so be taken apart, and put back,
 * byte by byte. Nothing is copied.
 *
 * <p>One instance counts the fields of one file, so that a file of empty messages cannot ask for a hundred times its
 * size.
 */
final class WireMessage {
    /** More than the largest networks have, by far; reached at about 1 GB of heap. */
    static final int MOST_FIELDS = 8_000_000;

    /**
     * One field. {@code number} is that of a varint; {@code body} is what a length-delimited field holds, else empty.
     */
    record Field(int id, long number, ByteString body, ByteString message, int start, int end) {
        /** The field with its tag. */
        ByteString raw() {
            return message.substring(start, end);
        }

        String text() {
            return body.toStringUtf8();
        }
    }

    /** What is done with a field. */
    @FunctionalInterface
    interface Visitor {
        void visit(Field field);
    }

    private int fields;

    /**
     * Hands every field of {@code message} to {@code visitor}, in order.
     *
     * @param title of the message, for refusals
     * @throws InvalidInputException if the message ends inside a field, or has a field that no ONNX message has
     */
    void walk(String title, ByteString message, Visitor visitor) {
        CodedInputStream in = message.newCodedInput();
        in.enableAliasing(true);
        try {
            while (!in.isAtEnd()) {
                visitor.visit(next(title, message, in));
            }
        } catch (IOException malformed) {
            throw new InvalidInputException(
                    title,
                    "the field whose content begins at byte %d does not end within the %d bytes: the file is cut off or"
                                    .formatted(in.getTotalBytesRead(), message.size())
                            + " damaged; copy or export it again");
        }
    }

    private Field next(String title, ByteString message, CodedInputStream in) throws IOException {
        if (++fields > MOST_FIELDS) {
            throw new InvalidInputException(title, "the file has more than %d fields".formatted(MOST_FIELDS));
        }
        int start = in.getTotalBytesRead();
        int tag = in.readTag();
        long number = 0;
        ByteString body = ByteString.EMPTY;
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> number = in.readRawVarint64();
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> body = in.readBytes();
            case WireFormat.WIRETYPE_FIXED32, WireFormat.WIRETYPE_FIXED64 -> in.skipField(tag);
            default ->
                throw new InvalidInputException(
                        title, "has a field of wire type %d at byte %d".formatted(tag & 7, start));
        }
        return new Field(WireFormat.getTagFieldNumber(tag), number, body, message, start, in.getTotalBytesRead());
    }
}
