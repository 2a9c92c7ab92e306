/**
 * Reads TensorFlow's checkpoints: an index, which is a sorted table of protobuf messages, and the tensors' bytes beside
 * it.
 */
@NullMarked
package io.foldserve.checkpoint.tensorflow;

import org.jspecify.annotations.NullMarked;
