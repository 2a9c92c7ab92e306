/**
 * The layers that networks are made of, each added to a graph in training form with its tensors from the checkpoint.
 */
@NullMarked
package io.foldserve.architecture.build;

import org.jspecify.annotations.NullMarked;
