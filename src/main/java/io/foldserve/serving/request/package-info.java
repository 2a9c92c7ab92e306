/** The way of a request: admitted by its head, queued, answered stage by stage. */
@NullMarked
package io.foldserve.serving.request;

import org.jspecify.annotations.NullMarked;
