/** JMH benchmarks; each names the command that runs it. */
@NullMarked
package io.foldserve.benchmark;

import org.jspecify.annotations.NullMarked;
