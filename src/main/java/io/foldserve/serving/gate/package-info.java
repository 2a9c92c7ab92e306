/** Lets loads run side by side as far as cores and memory reach, and measurements of a load alone. */
@NullMarked
package io.foldserve.serving.gate;

import org.jspecify.annotations.NullMarked;
