package io.foldserve.checkpoint.pytorch;

import io.foldserve.problem.InvalidInputException;

/** The storages of one file, which its pickle refers to by key. */
interface Storages {

    /**
     * The storage called {@code key}, which the pickle says to hold {@code elements} of {@code type}.
     *
     * @throws InvalidInputException if there is none, or it cannot be of that size
     */
    Storage find(String key, ElementType type, long elements);
}
