package io.foldserve.serving.fit;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.TaskKind;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of several outputs is served: the one that the manifest names; else the only one whose shape suits the task and
 * its labels; else, of those that suit, the one with a name that frameworks give to their result.
 */
final class ChosenOutput {
    private static final List<String> USUAL = List.of("logits", "out", "output");
    private static final Set<DType> FOREIGN = Set.of(DType.UINT16, DType.INT16, DType.UINT32, DType.UINT64);

    private final Graph graph;
    private final FitRequest request;

    private ChosenOutput(Graph graph, FitRequest request) {
        this.graph = graph;
        this.request = request;
    }

    /**
     * {@code graph} with the served output for its only one, its shape settled, and without what only others need.
     *
     * @throws InvalidInputException if nothing decides, with what to write
     */
    static Graph of(Graph graph, FitRequest request) {
        return new ChosenOutput(graph, request).only();
    }

    private Graph only() {
        List<Value> tensors = graph.outputs().stream()
                .filter(output ->
                        output.dtype().filter(type -> !FOREIGN.contains(type)).isPresent())
                .toList();
        if (request.output().isPresent()) {
            String name = request.output().orElseThrow();
            return tensors.stream()
                    .filter(output -> output.name().equals(name))
                    .findFirst()
                    .map(output -> ShapeRun.settled(reduced(graph, output)))
                    .orElseThrow(() -> refused("output %s: expected one of %s".formatted(name, graph.outputs())));
        }
        if (tensors.size() == 1) {
            return ShapeRun.settled(reduced(graph, tensors.get(0)));
        }
        if (tensors.isEmpty()) {
            throw refused("expected an output of scores, found " + graph.outputs());
        }
        Graph settled = ShapeRun.settled(graph.with(graph.inputs(), tensors, graph.nodes(), graph.constants()));
        return reduced(settled, choose(settled.outputs()));
    }

    private Value choose(List<Value> outputs) {
        List<Value> suited = outputs.stream().filter(this::suits).toList();
        if (suited.size() == 1) {
            return suited.get(0);
        }
        List<Value> candidates = suited.isEmpty() ? outputs : suited;
        return USUAL.stream()
                .flatMap(name ->
                        candidates.stream().filter(output -> output.name().equals(name)))
                .findFirst()
                .orElseThrow(() ->
                        refused("has %d outputs, %s; choose one by its name in model.yaml, as in variants.%s.output: %s"
                                .formatted(
                                        outputs.size(),
                                        outputs,
                                        request.variant(),
                                        candidates.get(0).name())));
    }

    private boolean suits(Value output) {
        Shape shape = output.shape().orElseThrow();
        List<Integer> wide =
                shape.extents().stream().filter(extent -> extent != 1).toList();
        boolean real = output.dtype().filter(DType::isFloating).isPresent();
        if (request.task() == TaskKind.CLASSIFICATION) {
            int classes = wide.isEmpty() ? 1 : wide.get(0);
            return real && wide.size() <= 1 && isClasses(classes);
        }
        boolean several = wide.size() == 3 && (isClasses(wide.get(0)) || isClasses(wide.get(2)));
        return several || (wide.size() == 2 && (!real || isClasses(1)));
    }

    private boolean isClasses(int classes) {
        return classes == request.labels() || (classes == 1 && request.labels() == 2);
    }

    private InvalidInputException refused(String problem) {
        return new InvalidInputException(request.subject(), problem);
    }

    /**
     * {@code graph} with {@code output} for its only one, and without the nodes and constants that it does not need.
     */
    static Graph reduced(Graph graph, Value output) {
        Set<String> needed = new HashSet<>(Set.of(output.name()));
        List<Node> kept = new ArrayList<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            if (node.outputs().stream().anyMatch(needed::contains)) {
                kept.add(0, node);
                needed.addAll(node.reads());
            }
        }
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        constants.keySet().retainAll(needed);
        return graph.with(graph.inputs(), List.of(output), kept, constants);
    }
}
