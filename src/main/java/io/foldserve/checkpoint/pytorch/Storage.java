package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;

/** A run of elements in the file, which any number of tensors may be views of. */
interface Storage extends Value.Made {

    /** The type of its elements. */
    ElementType type();

    /** Its length in bytes. */
    long bytes();

    /**
     * The {@code length} bytes at {@code offset}, both checked by the caller.
     *
     * @throws InvalidInputException if the storage is damaged, or the file has none of that name
     */
    ByteBuffer slice(long offset, long length);

    @Override
    default String kind() {
        return "a storage";
    }

    /** A part of another storage, as files from before PyTorch 0.4 have them. */
    record Part(Storage whole, long start, long bytes) implements Storage {
        @Override
        public ElementType type() {
            return whole.type();
        }

        @Override
        public ByteBuffer slice(long offset, long length) {
            return whole.slice(start + offset, length);
        }
    }
}
