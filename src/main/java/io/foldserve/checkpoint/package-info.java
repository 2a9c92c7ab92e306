/** Reads a training checkpoint into named tensors without executing anything in it. */
@NullMarked
package io.foldserve.checkpoint;

import org.jspecify.annotations.NullMarked;
