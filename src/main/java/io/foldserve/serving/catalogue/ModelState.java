package io.foldserve.serving.catalogue;

import io.foldserve.problem.Problems;
import java.util.List;

/** Where a model is between its folder and its answers. Immutable and thread-safe. */
public sealed interface ModelState {

    /** The names of all states, as {@link #label()} gives them. */
    List<String> LABELS = List.of("loading", "ready", "failed", "unloaded");

    /** The variants are being loaded, verified and warmed. */
    record Loading() implements ModelState {}

    /**
     * Every variant is loaded, verified and warmed.
     *
     * @param model what answers
     * @param problems why what is in the folder now could not be loaded in its place; empty if it answers
     */
    record Ready(ServedModel model, List<String> problems) implements ModelState {
        /** Keeps of the problems what is told. */
        public Ready {
            problems = Problems.told(problems);
        }
    }

    /** At least one variant cannot be served, so none is: nothing half-loads. */
    record Failed(List<String> problems) implements ModelState {
        /** Keeps of the problems, each a sentence that says where, what was expected and found, what is told. */
        public Failed {
            problems = Problems.told(problems);
        }
    }

    /** The model was unloaded on request. */
    record Unloaded() implements ModelState {}

    /** The state's name: {@code loading}, {@code ready}, {@code failed} or {@code unloaded}. */
    default String label() {
        if (this instanceof Ready) {
            return "ready";
        }
        if (this instanceof Failed) {
            return "failed";
        }
        return this instanceof Unloaded ? "unloaded" : "loading";
    }

    /** Why what is in the folder is not served; empty if it is, or while it loads. */
    default List<String> problems() {
        if (this instanceof Ready ready) {
            return ready.problems;
        }
        return this instanceof Failed failed ? failed.problems : List.of();
    }
}
