/** Finds the stored entries of a zip archive in a file's bytes, and refuses archives that contradict themselves. */
@NullMarked
package io.foldserve.checkpoint.zip;

import org.jspecify.annotations.NullMarked;
