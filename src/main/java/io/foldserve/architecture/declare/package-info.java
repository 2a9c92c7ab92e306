/** What a declaration of a network is made of: options and the values that they set. */
@NullMarked
package io.foldserve.architecture.declare;

import org.jspecify.annotations.NullMarked;
