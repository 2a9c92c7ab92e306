/** The rules on single layers and the graph they work on. */
@NullMarked
package io.foldserve.fold.layer;

import org.jspecify.annotations.NullMarked;
