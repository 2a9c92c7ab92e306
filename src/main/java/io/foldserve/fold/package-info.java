/**
 * Folds the linear detours of a training form away, exactly, and reports what was folded, declined and measured.
 *
 * <p>An <em>island</em> is a region of linear operators whose inner values nobody outside reads: branches that are
 * added or concatenated, sequences, affine maps, and what only moves values between them. It computes one value, and it
 * is folded whole: into the cheapest exact sum of convolutions or matrix products. The smallest is one operator and the
 * batch norm after it, or a kernel that is computed of constants: the operator keeps its place and gets other numbers.
 */
@NullMarked
package io.foldserve.fold;

import org.jspecify.annotations.NullMarked;
