/** What is written for people beside the code: that it says what the code does, and leads where it says it leads. */
@NullMarked
package io.foldserve.documentation;

import org.jspecify.annotations.NullMarked;
