/** Reads safetensors files: a JSON header that names the tensors, then their bytes. */
@NullMarked
package io.foldserve.checkpoint.safetensors;

import org.jspecify.annotations.NullMarked;
