/** Reads what {@code torch.save} wrote: unpickles the state dict without executing anything and finds its tensors. */
@NullMarked
package io.foldserve.checkpoint.pytorch;

import org.jspecify.annotations.NullMarked;
