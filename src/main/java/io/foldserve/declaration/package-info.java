/**
 * Describes the keys of a declared mapping once, and from that reads it strictly, makes its JSON Schema and its table.
 */
@NullMarked
package io.foldserve.declaration;

import org.jspecify.annotations.NullMarked;
