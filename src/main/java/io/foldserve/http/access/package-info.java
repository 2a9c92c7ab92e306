/** Who may call what: bearer tokens, the management port, and what a user of the same machine may do without either. */
@NullMarked
package io.foldserve.http.access;

import org.jspecify.annotations.NullMarked;
