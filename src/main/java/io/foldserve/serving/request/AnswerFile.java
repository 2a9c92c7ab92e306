package io.foldserve.serving.request;

/** An answer as a file. Immutable as long as nobody writes to its bytes. */
public final class AnswerFile {
    private static final String PNG = "image/png";
    private static final String BYTES = "application/octet-stream";

    private final String type;
    private final byte[] bytes;

    private AnswerFile(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /** A picture, which the caller gives up writing to. */
    static AnswerFile png(byte[] bytes) {
        return new AnswerFile(PNG, bytes);
    }

    /** An array in NumPy's format, which the caller gives up writing to. */
    static AnswerFile npy(byte[] bytes) {
        return new AnswerFile(BYTES, bytes);
    }

    /** The media type. */
    public String type() {
        return type;
    }

    /** The contents, not copied. */
    public byte[] bytes() {
        return bytes;
    }
}
