/** Fits the network in an ONNX file to a model: one picture in, one score for each class out, whatever its file has. */
@NullMarked
package io.foldserve.serving.fit;

import org.jspecify.annotations.NullMarked;
