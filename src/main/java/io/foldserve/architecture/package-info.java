/** Builds a declared network from a training checkpoint's tensors, as a graph in training form. */
@NullMarked
package io.foldserve.architecture;

import org.jspecify.annotations.NullMarked;
