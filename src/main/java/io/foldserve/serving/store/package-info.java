/** Keeps counts and answers where they outlive the process: in an embedded file, or in PostgreSQL. */
@NullMarked
package io.foldserve.serving.store;

import org.jspecify.annotations.NullMarked;
