/** Writes what was folded, and what was not, into the result's records. */
@NullMarked
package io.foldserve.fold.report;

import org.jspecify.annotations.NullMarked;
