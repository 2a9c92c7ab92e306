/** The immutable network: nodes, operators, constants, and the shapes that follow from them. */
@NullMarked
package io.foldserve.graph;

import org.jspecify.annotations.NullMarked;
