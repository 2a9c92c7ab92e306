/** The service's meters: one list of them all, and the recording of a request's stages. */
@NullMarked
package io.foldserve.serving.meter;

import org.jspecify.annotations.NullMarked;
