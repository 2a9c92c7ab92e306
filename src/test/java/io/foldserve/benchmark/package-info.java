/** Benchmarks; src/site/markdown/measured.md names the commands that run them, and no test depends on them. */
@NullMarked
package io.foldserve.benchmark;

import org.jspecify.annotations.NullMarked;
