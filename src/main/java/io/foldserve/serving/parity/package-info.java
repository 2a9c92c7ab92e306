/** Compares the variants of a model with its baseline. */
@NullMarked
package io.foldserve.serving.parity;

import org.jspecify.annotations.NullMarked;
