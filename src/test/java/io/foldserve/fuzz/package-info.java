/** Coverage-guided fuzzing of everything that reads what others wrote; CONTRIBUTING names the command. */
@NullMarked
package io.foldserve.fuzz;

import org.jspecify.annotations.NullMarked;
