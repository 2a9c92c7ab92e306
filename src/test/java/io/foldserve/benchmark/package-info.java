/** Benchmarks; README names the command that runs them, and no test depends on them. */
@NullMarked
package io.foldserve.benchmark;

import org.jspecify.annotations.NullMarked;
