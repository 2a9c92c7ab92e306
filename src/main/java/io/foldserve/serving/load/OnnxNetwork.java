package io.foldserve.serving.load;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.ShapeTrace;
import io.foldserve.graph.Value;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.task.Preprocessing;
import io.foldserve.task.ServingGraph;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fits an ONNX file to a model's input: one image goes in, at the size that the manifest declares wherever the file leaves
 * it open, and the only output is called {@code logits}.
 */
final class OnnxNetwork {
    private final Graph graph;
    private final Shape image;
    private final Problems problems;

    private OnnxNetwork(Graph graph, Shape image, String subject) {
        this.graph = graph;
        this.image = image;
        this.problems = new Problems(subject);
    }

    /**
     * The network in {@code file} for one image as {@code input} prepares it.
     *
     * @throws InvalidInputException with every problem of the file, or with every reason why it does not fit
     */
    static Graph read(Path file, Preprocessing input) {
        Shape image = Shape.of(1, input.colour().channels(), input.height(), input.width());
        return new OnnxNetwork(OnnxReader.read(file), image, file.toString()).fitted();
    }

    private Graph fitted() {
        List<Value> inputs = graph.inputs();
        if (inputs.size() != 1 || !takesImage(inputs.get(0))) {
            problems.add(
                    "expected one input FLOAT32 %s, with names for open extents, found %s".formatted(image, inputs));
        }
        List<Value> outputs = graph.outputs();
        if (outputs.size() != 1 || !outputs.get(0).dtype().equals(Optional.of(DType.FLOAT32))) {
            problems.add("expected one output of FLOAT32 logits, found " + outputs);
        }
        problems.throwIfAny();
        Value taken = Value.of(inputs.get(0).name(), DType.FLOAT32, image);
        Graph sized = graph.with(graph.carried().withoutTypes())
                .with(List.of(taken), outputs, graph.nodes(), graph.constants());
        Value given = Value.of(outputs.get(0).name(), DType.FLOAT32, outputShape(sized));
        return named(sized, given);
    }

    private boolean takesImage(Value input) {
        List<Value.Dimension> dimensions = input.dimensions().orElse(List.of());
        if (!input.dtype().equals(Optional.of(DType.FLOAT32)) || dimensions.size() != image.rank()) {
            return false;
        }
        for (int axis = 0; axis < image.rank(); axis++) {
            Value.Dimension dimension = dimensions.get(axis);
            if (dimension.isFixed() && dimension.extent() != image.extent(axis)) {
                return false;
            }
        }
        return true;
    }

    /** As inferred; else as declared, with the input's names for extents standing for the image's. */
    private Shape outputShape(Graph sized) {
        Value output = sized.outputs().get(0);
        return Optional.ofNullable(ShapeTrace.of(sized).orThrow().shapes().get(output.name()))
                .or(() -> output.dimensions().flatMap(this::substituted))
                .orElseThrow(() -> new InvalidInputException(
                        graph.name(),
                        "the shape of output %s is not known; export it for a fixed size".formatted(output)));
    }

    private Optional<Shape> substituted(List<Value.Dimension> declared) {
        Map<String, Integer> symbols = new HashMap<>();
        List<Value.Dimension> taken = graph.inputs().get(0).dimensions().orElseThrow();
        for (int axis = 0; axis < taken.size(); axis++) {
            if (!taken.get(axis).symbol().isEmpty()) {
                symbols.put(taken.get(axis).symbol(), image.extent(axis));
            }
        }
        List<Value.Dimension> fixed = declared.stream()
                .map(dimension -> Optional.ofNullable(symbols.get(dimension.symbol()))
                        .map(Value.Dimension::fixed)
                        .orElse(dimension))
                .toList();
        return new Value("", DType.FLOAT32, fixed).shape();
    }

    private Graph named(Graph sized, Value output) {
        if (output.name().equals(ServingGraph.LOGITS)) {
            return sized.with(sized.inputs(), List.of(output), sized.nodes(), sized.constants());
        }
        if (sized.producer(ServingGraph.LOGITS).isPresent()
                || sized.nodes().stream().anyMatch(node -> node.name().equals(ServingGraph.LOGITS))) {
            throw new InvalidInputException(
                    graph.name(), "%s is not the output; rename it".formatted(ServingGraph.LOGITS));
        }
        List<Node> nodes = new ArrayList<>(sized.nodes());
        nodes.add(new Node(
                ServingGraph.LOGITS, "", "Identity", List.of(output.name()), List.of(ServingGraph.LOGITS), Map.of()));
        Value logits = new Value(ServingGraph.LOGITS, output.dtype(), output.dimensions());
        return sized.with(sized.inputs(), List.of(logits), nodes, sized.constants());
    }
}
