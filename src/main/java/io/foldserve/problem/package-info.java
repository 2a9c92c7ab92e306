/** Collects everything that is wrong with an input, so that a user sees all of it at once. */
@NullMarked
package io.foldserve.problem;

import org.jspecify.annotations.NullMarked;
