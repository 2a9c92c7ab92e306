package io.foldserve.problem;

import java.util.List;

/**
 * An input (a checkpoint, a manifest, an architecture, an ONNX file) was refused. Carries every problem found, each a
 * sentence that a user can act on; the message is the subject followed by all of them.
 */
public class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String subject;
    private final transient List<String> problems;

    /** Refuses {@code subject} for a single reason. */
    public InvalidInputException(String subject, String problem) {
        this(subject, List.of(problem));
    }

    /** Refuses {@code subject} for all of {@code problems}, at least one. */
    public InvalidInputException(String subject, List<String> problems) {
        super(subject + ": " + String.join("; ", problems));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("a refusal of " + subject + " needs at least one problem");
        }
        this.subject = subject;
        this.problems = List.copyOf(problems);
    }

    /** The refused input's name as the user knows it. */
    public final String subject() {
        return subject;
    }

    /** Every problem found, at least one. */
    public final List<String> problems() {
        return problems;
    }
}
