/**
 * One exact rewrite a file. {@link io.foldserve.fold.rule.Rule} says what one is, {@link io.foldserve.fold.rule.Rules}
 * has the only list of them.
 */
@NullMarked
package io.foldserve.fold.rule;

import org.jspecify.annotations.NullMarked;
