/** What the task room promises, against Pillow's and torchvision's own results. */
@NullMarked
package io.foldserve.task;

import org.jspecify.annotations.NullMarked;
