/** Picture bytes to a network's input, and a network's output to an answer: classification and segmentation. */
@NullMarked
package io.foldserve.task;

import org.jspecify.annotations.NullMarked;
