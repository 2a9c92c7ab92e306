package io.foldserve.fold.write;

import io.foldserve.fold.facts.FreeNames;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.TrailingOperator;
import io.foldserve.graph.Node;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the operators and constants of a written island are called: after the layer, unless someone else has that name.
 *
 * @param taken true for the names that someone else has
 */
public record IslandNames(Island island, Predicate<String> taken) {

    /** The operator that computes term {@code index}; it may be called like the value that it computes. */
    public String node(int index) {
        String name = island.name(index);
        if (island.kept().isPresent()) {
            return name;
        }
        if (isMoved(name)) {
            return free(name + ".folded");
        }
        return name.equals(island.value()) ? name : free(name);
    }

    // An average that has changed places with a term keeps its name.
    private boolean isMoved(String node) {
        return Stream.concat(
                        island.terms().stream().flatMap(term -> term.source().commuted().stream()),
                        island.form().after().stream().map(TrailingOperator::node))
                .anyMatch(moved -> moved.name().equals(node));
    }

    /** The kernel of term {@code index}. */
    public String kernel(int index) {
        return free(node(index) + ".weight");
    }

    /** The bias of term {@code index}. */
    public String bias(int index) {
        return free(node(index) + ".bias");
    }

    /** The value of term {@code index}, one of several. */
    public String value(int index) {
        return free(island.name(index) + ".out");
    }

    /** The operator that adds term {@code index}, and its value. */
    public String sum(int index) {
        return free(island.sum(index));
    }

    /** The value of {@code node}, which has changed places with a term. */
    public String moved(Node node) {
        return free(node.name() + ".moved");
    }

    /** {@code preferred}, or what becomes of it if someone else has that name. */
    public String free(String preferred) {
        return FreeNames.of(preferred, ".folded", taken);
    }
}
