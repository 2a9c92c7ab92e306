package io.foldserve.serving.catalogue;

import io.foldserve.problem.Problems;
import java.util.List;

/** Where a model is between its folder and its answers. Immutable and thread-safe. */
public sealed interface ModelState {

    /** The variants are being loaded, verified and warmed. */
    record Loading() implements ModelState {}

    /** Every variant is loaded, verified and warmed. */
    record Ready(ServedModel model) implements ModelState {}

    /** At least one variant cannot be served, so none is: nothing half-loads. */
    record Failed(List<String> problems) implements ModelState {
        /** Keeps of the problems, each a sentence that says where, what was expected and found, what is told. */
        public Failed {
            problems = Problems.told(problems);
        }
    }

    /** The state's name: {@code loading}, {@code ready} or {@code failed}. */
    default String label() {
        return this instanceof Ready ? "ready" : this instanceof Failed ? "failed" : "loading";
    }
}
