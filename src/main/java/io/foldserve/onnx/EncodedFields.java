package io.foldserve.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;

/**
 * Fields that were taken out of a message in encoded form, to be put into another. Protobuf writes a message's unknown
 * fields as they are, whatever their numbers, and readers do not know which they were.
 */
final class EncodedFields {
    private EncodedFields() {}

    /** The fields in {@code encoded}. */
    static UnknownFieldSet.Builder of(ByteBuffer encoded) {
        try {
            return UnknownFieldSet.newBuilder().mergeFrom(UnsafeByteOperations.unsafeWrap(encoded));
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("what was taken out of a message is one no more", impossible);
        }
    }
}
