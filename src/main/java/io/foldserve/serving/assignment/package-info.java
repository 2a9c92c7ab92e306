/** Decides which variant answers a request: by the salted hash of a unit, or at random. */
@NullMarked
package io.foldserve.serving.assignment;

import org.jspecify.annotations.NullMarked;
