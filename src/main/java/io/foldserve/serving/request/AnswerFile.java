package io.foldserve.serving.request;

/**
 * An answer as a file.
 *
 * @param type its media type
 * @param bytes its contents, which are the caller's
 */
public record AnswerFile(String type, byte[] bytes) {
    private static final String PNG = "image/png";
    private static final String BYTES = "application/octet-stream";

    static AnswerFile png(byte[] bytes) {
        return new AnswerFile(PNG, bytes);
    }

    static AnswerFile npy(byte[] bytes) {
        return new AnswerFile(BYTES, bytes);
    }
}
