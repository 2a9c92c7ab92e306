/**
 * Decodes Python pickles, protocols 2 to 5, into plain values; whatever a pickle would call is the caller's decision.
 */
@NullMarked
package io.foldserve.checkpoint.pickle;

import org.jspecify.annotations.NullMarked;
