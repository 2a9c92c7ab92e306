package io.foldserve.serving.store;

/**
 * What was answered under an id. Immutable.
 *
 * @param id the answer's id
 * @param model the model's name
 * @param experiment the key of the experiment that it counts for
 * @param content the answers of the variants, in a form that this room does not know
 */
public record AnswerRow(String id, String model, String experiment, Content content) {

    /** Bytes that are not written to any more. */
    public static final class Content {
        private final byte[] bytes;

        /** Keeps {@code bytes}: the caller gives up writing to them. */
        public Content(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The bytes themselves. */
        public byte[] bytes() {
            return bytes;
        }
    }
}
