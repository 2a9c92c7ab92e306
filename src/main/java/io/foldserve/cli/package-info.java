/** The command line: serves, or folds and inspects offline on the same pipeline without starting the server. */
@NullMarked
package io.foldserve.cli;

import org.jspecify.annotations.NullMarked;
