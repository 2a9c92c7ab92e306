/** Which form each value takes: every exact one is found, the cheapest is kept. */
@NullMarked
package io.foldserve.fold.search;

import org.jspecify.annotations.NullMarked;
