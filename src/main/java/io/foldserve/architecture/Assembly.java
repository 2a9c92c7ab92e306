package io.foldserve.architecture;

import io.foldserve.graph.Graph;
import java.util.List;

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
}
