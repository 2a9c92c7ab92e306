package io.foldserve.serving.prepared;

import io.foldserve.fold.result.FoldReport;
import io.foldserve.graph.Graph;
import io.foldserve.serving.catalogue.ProofResult;
import io.foldserve.task.Head;
import java.util.List;

/**
 * A variant's folded network with all that was found out about it.
 *
 * @param graph the folded network
 * @param head what its outputs mean
 * @param notes what its user should know about the way it was built
 * @param report the audited account of its folding
 * @param proof how closely it computes what was trained
 */
public record ProvedNetwork(Graph graph, Head head, List<String> notes, FoldReport report, ProofResult proof) {
    /** Copies the notes. */
    public ProvedNetwork {
        notes = List.copyOf(notes);
    }
}
