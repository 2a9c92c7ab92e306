/** What each framework calls its tensors and how it lays them out, in PyTorch's terms. */
@NullMarked
package io.foldserve.architecture.convention;

import org.jspecify.annotations.NullMarked;
