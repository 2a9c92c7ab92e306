/** Measures what operators take on this machine, remembers it, and times near-ties: prices for the fold. */
@NullMarked
package io.foldserve.serving.calibration;

import org.jspecify.annotations.NullMarked;
