package io.foldserve.fold;

import io.foldserve.graph.Node;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the operators and constants of a written island are called: after the layer, unless someone else has that name.
 *
 * @param taken true for the names that someone else has
 */
record IslandNames(Island island, Predicate<String> taken) {

    /** The operator that computes term {@code index}; it may be called like the value that it computes. */
    String node(int index) {
        String name = island.name(index);
        if (isMoved(name)) {
            return free(name + ".folded");
        }
        return name.equals(island.value()) ? name : free(name);
    }

    // An average that has changed places with a term keeps its name.
    private boolean isMoved(String node) {
        return Stream.concat(
                        island.terms().stream().flatMap(term -> term.source().commuted().stream()),
                        island.form().after().stream().map(Following::node))
                .anyMatch(moved -> moved.name().equals(node));
    }

    /** The kernel of term {@code index}. */
    String kernel(int index) {
        return free(node(index) + ".weight");
    }

    /** The bias of term {@code index}. */
    String bias(int index) {
        return free(node(index) + ".bias");
    }

    /** The value of term {@code index}, one of several. */
    String value(int index) {
        return free(island.name(index) + ".out");
    }

    /** The operator that adds term {@code index}, and its value. */
    String sum(int index) {
        return free(island.sum(index));
    }

    /** The value of {@code node}, which has changed places with a term. */
    String moved(Node node) {
        return free(node.name() + ".moved");
    }

    /** {@code preferred}, or what becomes of it if someone else has that name. */
    String free(String preferred) {
        String name = preferred;
        while (taken.test(name)) {
            name += ".folded";
        }
        return name;
    }
}
