package io.foldserve.serving.fit;

import io.foldserve.evaluate.SmallValues;
import io.foldserve.graph.Graph;
import io.foldserve.graph.ShapeTrace;
import io.foldserve.graph.Shapes;
import io.foldserve.graph.ValueTooLargeException;
import io.foldserve.problem.Problems;

/**
 * Whether the values of a network can be made at all. A file of a few bytes may unfold constants to terabytes, and the
 * runtime computes constants when it opens a session. Stateless and thread-safe.
 */
final class ValueSizes {
    private ValueSizes() {}

    /**
     * Accepts {@code graph}, whose input has a fixed shape, if all values whose shapes can be inferred have at most
     * {@link Shapes#LARGEST} elements.
     *
     * @param subject the file, for messages
     * @throws io.foldserve.problem.InvalidInputException with each node at fault that reads what can be made
     */
    static void expect(Graph graph, String subject) {
        Problems problems = new Problems(subject);
        ShapeTrace.of(graph, new SmallValues()).refusals().stream()
                .filter(ValueTooLargeException.class::isInstance)
                .forEach(refusal -> problems.add(String.valueOf(refusal.getMessage())));
        problems.throwIfAny();
    }
}
