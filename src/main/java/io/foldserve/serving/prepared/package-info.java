/** Networks that were folded and proved before a start, with the certificates that say from which files and by what. */
@NullMarked
package io.foldserve.serving.prepared;

import org.jspecify.annotations.NullMarked;
