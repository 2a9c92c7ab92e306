package io.foldserve.architecture;

import io.foldserve.graph.Graph;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network in training form and what its user should know about the way it was built. Immutable, thread-safe.
 *
 * @param graph the training form: one input {@code image}, one output {@code logits}
 * @param notes sentences: tensors that were dropped on purpose, stored {@code d_diag} that are not the usual identity
 */
public record Assembly(Graph graph, List<String> notes) {

    /** Copies the notes. */
    public Assembly {
        notes = List.copyOf(notes);
    }

    /** This network with {@code more} notes before its own. */
    Assembly noting(List<String> more) {
        return new Assembly(graph, Stream.concat(more.stream(), notes.stream()).toList());
    }
}
