/** Reads the weights that Keras saves: HDF5 files of Keras 2 and 3, and {@code .keras} archives. */
@NullMarked
package io.foldserve.checkpoint.keras;

import org.jspecify.annotations.NullMarked;
