package io.foldserve.serving.request;

import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.Tensor;

/** One picture for a network, in one of the forms that clients have it in. */
public sealed interface NetworkInput {
    /** An encoded picture. */
    final class Encoded implements NetworkInput {
        private final byte[] bytes;

        /** Keeps the file's {@code bytes}: the caller gives up writing to them. */
        public Encoded(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /** A decoded picture, which is resized and normalised as an encoded one is. */
    record Pixels(RasterImage picture) implements NetworkInput {}

    /**
     * A network's input as it is.
     *
     * @param image FLOAT32 {@code [1, C, H, W]}
     */
    record Normalised(Tensor image) implements NetworkInput {}
}
