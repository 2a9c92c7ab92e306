/** What a fold says of itself: records only. */
@NullMarked
package io.foldserve.fold.result;

import org.jspecify.annotations.NullMarked;
