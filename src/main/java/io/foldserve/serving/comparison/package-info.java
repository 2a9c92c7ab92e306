/** Runs all variants of a model over a folder of pictures and says how they differ, and how sure that is. */
@NullMarked
package io.foldserve.serving.comparison;

import org.jspecify.annotations.NullMarked;
