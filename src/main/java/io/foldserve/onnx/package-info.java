/** Writes graphs as ONNX models; the only room that knows protobuf. */
@NullMarked
package io.foldserve.onnx;

import org.jspecify.annotations.NullMarked;
