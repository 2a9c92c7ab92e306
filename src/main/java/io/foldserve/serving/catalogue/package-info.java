/** Every model the service knows, in which state it is, and how its traffic is split. */
@NullMarked
package io.foldserve.serving.catalogue;

import org.jspecify.annotations.NullMarked;
