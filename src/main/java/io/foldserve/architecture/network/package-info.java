/** One family of networks a file: which layers it has, under which tensor names. */
@NullMarked
package io.foldserve.architecture.network;

import org.jspecify.annotations.NullMarked;
