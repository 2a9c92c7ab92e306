package io.foldserve.problem;

import java.util.ArrayList;
import java.util.List;

/**
 * A growing list of everything wrong with one input (a manifest, a checkpoint, an architecture).
 *
 * <p>Readers add to it and go on, so that the user is told everything at once; {@link #throwIfAny()} ends the reading.
 * Not thread-safe: one instance belongs to one reading.
 */
public final class Problems {
    private static final int MOST = 50;
    private static final int MOST_TOLD = 20;
    private static final int LONGEST = 2000;

    private final String subject;
    private final List<String> found = new ArrayList<>();

    /** Starts an empty list about {@code subject}, the input's name as the user knows it (usually a path). */
    public Problems(String subject) {
        this.subject = subject;
    }

    /** Adds one problem: a sentence that says what is wrong, where, what was expected and what was found. */
    public void add(String problem) {
        found.add(problem);
    }

    /** Adds every problem of {@code cause}, each prefixed with {@code where}. */
    public void addAll(String where, InvalidInputException cause) {
        cause.problems().forEach(problem -> found.add(where + ": " + problem));
    }

    /** The problems added so far, in order. */
    public List<String> found() {
        return List.copyOf(found);
    }

    /**
     * What a user is told of {@code problems}: no more than twenty, each of at most 2000 characters, the last of which
     * says how many more there are.
     */
    public static List<String> told(List<String> problems) {
        List<String> told = new ArrayList<>();
        int whole = problems.size() <= MOST_TOLD ? problems.size() : MOST_TOLD - 1;
        problems.subList(0, whole).forEach(problem -> told.add(shortened(problem)));
        if (whole < problems.size()) {
            told.add("and %d more problems".formatted(problems.size() - whole));
        }
        return List.copyOf(told);
    }

    /** {@code problem}, cut off behind 2000 characters; it may quote something that somebody made endless. */
    public static String shortened(String problem) {
        return problem.length() <= LONGEST
                ? problem
                : "%s… (%d characters)".formatted(problem.substring(0, LONGEST), problem.length());
    }

    /** True when fifty were added: enough for anyone, and a reader of an untrusted file then stops looking for more. */
    public boolean isFull() {
        return found.size() >= MOST;
    }

    /** True when nothing was added. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidInputException with every problem, if there is any
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidInputException(subject, found);
        }
    }
}
