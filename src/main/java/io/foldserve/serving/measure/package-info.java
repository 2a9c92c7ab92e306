/** Times two computations side by side and says how sure the comparison is. */
@NullMarked
package io.foldserve.serving.measure;

import org.jspecify.annotations.NullMarked;
