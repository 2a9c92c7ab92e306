/** Reads files that others may truncate or overwrite meanwhile, which is then a refusal and not the process's end. */
@NullMarked
package io.foldserve.file;

import org.jspecify.annotations.NullMarked;
