/** Reads MXNet's {@code .params} files: a list of arrays and the list of their names. */
@NullMarked
package io.foldserve.checkpoint.mxnet;

import org.jspecify.annotations.NullMarked;
