/** The Open Inference Protocol v2: its tensors, models and answers, whatever they travel in. Decides nothing. */
@NullMarked
package io.foldserve.protocol;

import org.jspecify.annotations.NullMarked;
