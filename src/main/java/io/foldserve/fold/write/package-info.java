/** The islands that were chosen as nodes and constants, rounded once. */
@NullMarked
package io.foldserve.fold.write;

import org.jspecify.annotations.NullMarked;
