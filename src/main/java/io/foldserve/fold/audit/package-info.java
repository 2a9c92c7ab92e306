/** Measures a fold against what was trained, with arithmetic of its own. */
@NullMarked
package io.foldserve.fold.audit;

import org.jspecify.annotations.NullMarked;
