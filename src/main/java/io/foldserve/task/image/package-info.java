/** Pictures: JPEG, PNG, GIF, BMP, TIFF and WebP bytes to 8-bit pixels, Pillow's resizing, and PNG writing. */
@NullMarked
package io.foldserve.task.image;

import org.jspecify.annotations.NullMarked;
