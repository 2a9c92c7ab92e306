/** Immutable tensors over little-endian bytes: element types, shapes and values. */
@NullMarked
package io.foldserve.tensor;

import org.jspecify.annotations.NullMarked;
