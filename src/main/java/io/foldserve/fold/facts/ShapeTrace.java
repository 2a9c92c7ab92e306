package io.foldserve.fold.facts;

import io.foldserve.evaluate.Evaluator;
import io.foldserve.graph.ConstantNode;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Operand;
import io.foldserve.graph.ShapeException;
import io.foldserve.graph.Shapes;
import io.foldserve.graph.SliceRange;
import io.foldserve.graph.UnknownShapeException;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The shapes of a graph's values for given shapes of its inputs, and the elements of the small values that follow from
 * shapes and constants: exporters compute the targets of views from them. Values that depend on what is not known are left
 * out. Immutable.
 */
public final class ShapeTrace {
    private static final int SMALL = 64;

    private final Map<String, Operand> known = new HashMap<>();
    private final List<ShapeException> refusals = new ArrayList<>();

    /** Follows {@code graph} from {@code inputs}, the shapes of some or all of its inputs. */
    public ShapeTrace(Graph graph, Map<String, Shape> inputs) {
        inputs.forEach((name, shape) -> known.put(name, Operand.of(shape)));
        graph.constants().forEach((name, tensor) -> known.put(name, Operand.of(tensor)));
        graph.nodes().stream().filter(graph::understands).filter(Shapes::knows).forEach(this::visit);
    }

    private void visit(Node node) {
        List<Optional<Operand>> operands = new ArrayList<>();
        for (String input : node.inputs()) {
            Optional<Operand> operand = Optional.ofNullable(known.get(input));
            if (operand.isEmpty() && !input.isEmpty()) {
                return;
            }
            operands.add(operand);
        }
        try {
            assign(node, operands);
        } catch (UnknownShapeException unknown) {
            // Not a contradiction: the shape depends on data, or on an option that is not modelled.
            return;
        } catch (ShapeException refusal) {
            refusals.add(refusal);
        }
    }

    private void assign(Node node, List<Optional<Operand>> operands) {
        List<Shape> shapes = Shapes.infer(node, operands);
        Optional<Tensor> elements = elements(node, operands, shapes);
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                known.put(node.outputs().get(i), new Operand(shapes.get(i), elements));
            }
        }
    }

    private Optional<Tensor> elements(Node node, List<Optional<Operand>> operands, List<Shape> shapes) {
        if (node.is("Constant")) {
            return ConstantNode.tensor(node);
        }
        if (node.is("Shape")) {
            return operands.get(0).map(operand -> extents(node, operand.shape()));
        }
        List<Tensor> values = operands.stream()
                .flatMap(Optional::stream)
                .filter(operand -> operand.shape().size() <= SMALL)
                .flatMap(operand -> operand.value().stream())
                .toList();
        boolean computable = node.outputs().size() == 1
                && !values.isEmpty()
                && values.size() == operands.size()
                && shapes.get(0).size() <= SMALL
                && Evaluator.knows(node);
        return computable ? Optional.of(Evaluator.evaluate(node, values).get(0)) : Optional.empty();
    }

    private static Tensor extents(Node node, Shape shape) {
        SliceRange range = SliceRange.of(node.integer("start", 0), node.integer("end", shape.rank()), 1, shape.rank());
        long[] extents = IntStream.range(range.start(), range.start() + range.count())
                .mapToLong(shape::extent)
                .toArray();
        return Tensor.ofLongs(Shape.of(extents.length), extents);
    }

    /** The shape of every value of the graph that is known. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new HashMap<>();
        known.forEach((name, operand) -> shapes.put(name, operand.shape()));
        return shapes;
    }

    /** The elements of the integer value {@code value}, if they are known and few. */
    public Optional<long[]> integers(String value) {
        return Optional.ofNullable(known.get(value))
                .flatMap(Operand::value)
                .filter(tensor -> !tensor.dtype().isFloating() && tensor.shape().size() <= SMALL)
                .map(Tensor::toLongs);
    }

    /**
     * This trace, unless the graph contradicts itself.
     *
     * @throws ShapeException if a node's inputs contradict its operator
     */
    public ShapeTrace orThrow() {
        if (!refusals.isEmpty()) {
            throw refusals.get(0);
        }
        return this;
    }
}
