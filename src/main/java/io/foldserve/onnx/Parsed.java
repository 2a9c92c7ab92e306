package io.foldserve.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Parser;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;

/** Decodes single messages whose parts are all needed, sharing the file's bytes. */
final class Parsed {
    private Parsed() {}

    /**
     * {@code encoded} as a message.
     *
     * @param title of the message, for refusals
     * @throws InvalidInputException if it is broken
     */
    static <T> T message(String title, Parser<T> parser, ByteString encoded) {
        CodedInputStream in = encoded.newCodedInput();
        in.enableAliasing(true);
        try {
            T message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (IOException malformed) {
            throw new InvalidInputException(title, "is broken: " + malformed.getMessage());
        }
    }
}
