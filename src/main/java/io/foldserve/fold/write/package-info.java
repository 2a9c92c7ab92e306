/** What was chosen, an island or a layer with what it took in, as nodes and constants, rounded once. */
@NullMarked
package io.foldserve.fold.write;

import org.jspecify.annotations.NullMarked;
