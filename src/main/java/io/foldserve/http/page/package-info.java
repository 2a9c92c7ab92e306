/** The fold report as a page for people: every figure and sentence as text, and the template that sets them. */
@NullMarked
package io.foldserve.http.page;

import org.jspecify.annotations.NullMarked;
