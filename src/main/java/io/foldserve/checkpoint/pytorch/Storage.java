package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.zip.ZipEntry;

/** A run of elements in an entry of the archive, which any number of tensors may be views of. */
record Storage(ZipEntry entry, ElementType type) implements Value.Made {
    @Override
    public String kind() {
        return "a storage";
    }
}
