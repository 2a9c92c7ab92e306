/** Pictures: JPEG, PNG, GIF and BMP bytes to 8-bit pixels, Pillow's resizing, and PNG writing. */
@NullMarked
package io.foldserve.task.image;

import org.jspecify.annotations.NullMarked;
