package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says whether a graph is well formed: every value assigned once and before it is read, names unique, operators given
 * as many inputs as they take, outputs assigned, and shapes that do not contradict each other as far as they are known.
 * An operator that is not known is no problem.
 *
 * <p>Stateless and thread-safe.
 */
public final class GraphVerifier {
    private GraphVerifier() {}

    /** Everything wrong with {@code graph}, a sentence each, in the graph's order; empty if it is well formed. */
    public static List<String> problems(Graph graph) {
        Verification verification = structure(graph);
        verification.shapes();
        return List.copyOf(verification.problems);
    }

    /** Like {@link #problems}, but for the shapes, of which a runtime may know more than is known here. */
    public static List<String> structureProblems(Graph graph) {
        return List.copyOf(structure(graph).problems);
    }

    private static Verification structure(Graph graph) {
        Verification verification = new Verification(graph);
        verification.assignments();
        graph.nodes().forEach(verification::node);
        verification.outputs();
        return verification;
    }

    /** One verification under way. */
    private static final class Verification {
        private final Graph graph;
        private final List<String> problems = new ArrayList<>();
        private final Map<String, String> assigners = new HashMap<>();
        private final Set<String> assignedSoFar = new HashSet<>();
        private final Set<String> nodeNames = new HashSet<>();

        Verification(Graph graph) {
            this.graph = graph;
        }

        void assignments() {
            graph.inputs().forEach(input -> assign(input.name(), "an input"));
            graph.constants().keySet().forEach(constant -> assign(constant, "a constant"));
            graph.fileRemainder().constants().keySet().forEach(constant -> assign(constant, "a constant"));
            assignedSoFar.addAll(assigners.keySet());
            for (Node node : graph.nodes()) {
                node.outputs().stream()
                        .filter(output -> !output.isEmpty())
                        .forEach(output -> assign(output, "node " + node.name()));
            }
        }

        private void assign(String value, String assigner) {
            if (value.isEmpty()) {
                problems.add(assigner + " has no name");
                return;
            }
            String first = assigners.putIfAbsent(value, assigner);
            if (first != null) {
                problems.add("value %s is assigned by %s and again by %s".formatted(value, first, assigner));
            }
        }

        void node(Node node) {
            if (!nodeNames.add(node.name())) {
                problems.add("two nodes are called " + node.name());
            }
            node.reads().stream()
                    .filter(input -> !assignedSoFar.contains(input))
                    .forEach(input -> problems.add("node %s reads %s, which %s"
                            .formatted(
                                    node.name(),
                                    input,
                                    Optional.ofNullable(assigners.get(input))
                                            .map(later -> "is assigned only later, by " + later)
                                            .orElse("nothing assigns"))));
            assignedSoFar.addAll(node.outputs());
            if (graph.understands(node)) {
                Arity.of(node).ifPresent(arity -> arity(node, arity));
            }
        }

        private void arity(Node node, Arity arity) {
            int found = node.inputs().size();
            if (found < arity.fewest() || found > arity.most()) {
                problems.add(
                        "node %s (%s) expects %s, found %d".formatted(node.name(), node.op(), arity.inputs(), found));
            }
            for (int i = 0; i < Math.min(found, arity.fewest()); i++) {
                if (node.inputs().get(i).isEmpty()) {
                    problems.add("node %s (%s) omits input %d, which it needs".formatted(node.name(), node.op(), i));
                }
            }
            if (node.outputs().isEmpty() || node.outputs().size() > arity.outputs()) {
                problems.add("node %s (%s) expects 1 to %d outputs, found %d"
                        .formatted(
                                node.name(),
                                node.op(),
                                arity.outputs(),
                                node.outputs().size()));
            }
        }

        void outputs() {
            Set<String> seen = new HashSet<>();
            for (Value output : graph.outputs()) {
                if (!assigners.containsKey(output.name())) {
                    problems.add("output " + output.name() + " is never assigned");
                }
                if (!seen.add(output.name())) {
                    problems.add("output " + output.name() + " is declared twice");
                }
            }
        }

        void shapes() {
            ShapeTrace survey = ShapeTrace.of(graph);
            survey.refusals().forEach(refusal -> problems.add(refusal.getMessage()));
            for (Value output : graph.outputs()) {
                survey.shape(output.name())
                        .filter(found -> !fits(output, found))
                        .ifPresent(found ->
                                problems.add("output %s is declared, but has shape %s".formatted(output, found)));
            }
        }

        private static boolean fits(Value declared, Shape found) {
            List<Value.Dimension> dimensions = declared.dimensions().orElse(List.of());
            if (declared.dimensions().isPresent() && dimensions.size() != found.rank()) {
                return false;
            }
            for (int axis = 0; axis < dimensions.size(); axis++) {
                Value.Dimension dimension = dimensions.get(axis);
                if (dimension.isFixed() && dimension.extent() != found.extent(axis)) {
                    return false;
                }
            }
            return true;
        }
    }
}
