/**
 * Which form each value takes: every exact one is found, the cheapest is kept. An operator that only takes in what
 * follows it keeps its place, and no shape has to be known for that.
 */
@NullMarked
package io.foldserve.fold.search;

import org.jspecify.annotations.NullMarked;
