/** What is known of a graph's values before anything is folded. */
@NullMarked
package io.foldserve.fold.facts;

import org.jspecify.annotations.NullMarked;
