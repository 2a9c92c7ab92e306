/** What every checkpoint format stands on: the file's bytes, and the named tensors that a format yields. */
@NullMarked
package io.foldserve.checkpoint.base;

import org.jspecify.annotations.NullMarked;
