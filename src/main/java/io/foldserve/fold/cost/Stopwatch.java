package io.foldserve.fold.cost;

import io.foldserve.fold.result.TimedPair;
import io.foldserve.graph.Graph;
import java.util.Optional;

/** Times alternatives that are predicted to take about as long. */
@FunctionalInterface
public interface Stopwatch {
    /**
     * Runs two graphs with the same input, FLOAT32 of a fixed shape, and an output of the same shape. Their constants
     * have the right sizes, not the network's values. Graphs of one name have the same operators, attributes and
     * shapes.
     *
     * @param favourite the graph that is predicted to be faster
     * @param rival the other one
     * @return empty if it cannot be told which is faster
     */
    Optional<TimedPair> time(Graph favourite, Graph rival);
}
