/** The data of the algebra: a linear term, what it reads, and its rows. */
@NullMarked
package io.foldserve.fold.term;

import org.jspecify.annotations.NullMarked;
