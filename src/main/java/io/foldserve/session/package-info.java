/** Runs a graph in ONNX Runtime through DJL; the only room that imports either. */
@NullMarked
package io.foldserve.session;

import org.jspecify.annotations.NullMarked;
