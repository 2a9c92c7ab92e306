/** What a single layer takes in of what follows it, also where shapes are not known, and what is left out. */
@NullMarked
package io.foldserve.fold.layer;

import org.jspecify.annotations.NullMarked;
