/** What terms and nodes take to run. */
@NullMarked
package io.foldserve.fold.cost;

import org.jspecify.annotations.NullMarked;
