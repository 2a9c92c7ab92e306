/** The Open Inference Protocol v2 over HTTP: JSON, with or without binary tensors behind it. */
@NullMarked
package io.foldserve.protocol.rest;

import org.jspecify.annotations.NullMarked;
