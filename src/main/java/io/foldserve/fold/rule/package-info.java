/** One exact rewrite a file. */
@NullMarked
package io.foldserve.fold.rule;

import org.jspecify.annotations.NullMarked;
