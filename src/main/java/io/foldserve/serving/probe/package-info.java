/** Seeded images to try networks on, and how far their outputs are apart. */
@NullMarked
package io.foldserve.serving.probe;

import org.jspecify.annotations.NullMarked;
