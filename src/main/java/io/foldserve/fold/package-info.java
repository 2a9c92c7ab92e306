/** Folds the linear detours of a training form away, exactly, and reports what was folded, declined and measured. */
@NullMarked
package io.foldserve.fold;

import org.jspecify.annotations.NullMarked;
