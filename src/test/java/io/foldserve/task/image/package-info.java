/** What decoding and resizing promise, against Pillow's own results, and what they refuse. */
@NullMarked
package io.foldserve.task.image;

import org.jspecify.annotations.NullMarked;
