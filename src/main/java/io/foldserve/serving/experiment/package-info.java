/** Learns from live traffic which variant is better: ids, shadow runs, feedback, counts and what they show. */
@NullMarked
package io.foldserve.serving.experiment;

import org.jspecify.annotations.NullMarked;
