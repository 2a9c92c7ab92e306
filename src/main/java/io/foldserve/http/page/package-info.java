/** The service and its fold reports as pages for people: every figure and sentence as text, for templates to set. */
@NullMarked
package io.foldserve.http.page;

import org.jspecify.annotations.NullMarked;
