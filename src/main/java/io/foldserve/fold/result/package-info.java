/** What a fold says of itself: records, and the exception of one that is not exact. */
@NullMarked
package io.foldserve.fold.result;

import org.jspecify.annotations.NullMarked;
