/** Says how sure a comparison is: intervals, tests and e-values of counts and times, from their published formulas. */
@NullMarked
package io.foldserve.statistics;

import org.jspecify.annotations.NullMarked;
