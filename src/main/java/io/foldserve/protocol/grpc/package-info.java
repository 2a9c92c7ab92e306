/** The Open Inference Protocol v2 over gRPC; the messages are generated from {@code inference.proto}. */
@NullMarked
package io.foldserve.protocol.grpc;

import org.jspecify.annotations.NullMarked;
