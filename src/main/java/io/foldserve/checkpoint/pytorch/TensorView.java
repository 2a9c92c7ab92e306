package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.pickle.Value;

/**
 * A tensor as the pickle describes it, with nothing checked yet but the kinds of its parts.
 *
 * @param storage where its elements are
 * @param type their type
 * @param offset the index of its first element in the storage
 * @param sizes its extents
 * @param strides the distance of neighbours along each axis, in elements
 * @param negated whether the tensor is the negative of what is stored
 */
record TensorView(
        Storage storage, ElementType type, long offset, Value.Sequence sizes, Value.Sequence strides, boolean negated)
        implements Value.Made {
    @Override
    public String kind() {
        return "a tensor";
    }
}
