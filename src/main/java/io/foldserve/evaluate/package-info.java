/**
 * A plain float64 interpreter of the graph: evaluates weight programs, and is the yardstick that folds are judged by.
 */
@NullMarked
package io.foldserve.evaluate;

import org.jspecify.annotations.NullMarked;
