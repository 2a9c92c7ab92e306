/** Reads a model folder's {@code model.yaml} strictly: everything wrong with it is reported at once, by key path. */
@NullMarked
package io.foldserve.serving.manifest;

import org.jspecify.annotations.NullMarked;
