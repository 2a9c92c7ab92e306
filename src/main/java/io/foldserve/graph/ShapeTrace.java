package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be said about the shapes of a graph's values without giving up: values that depend on an unknown operator,
 * an input of unknown extents or a refused node have no shape, all others do. Immutable.
 */
public final class ShapeTrace {
    /** Computes the elements of a node's only output from its operands, where that is worth the work. */
    @FunctionalInterface
    public interface Elements {
        /** An arithmetic that computes nothing: elements follow from shapes and constants alone. */
        Elements NONE = (node, operands, outputs) -> Optional.empty();

        /**
         * The elements that {@code node} computes, if they are wanted.
         *
         * @param operands what is known of the node's inputs, in order; an omitted optional input is empty
         * @param outputs the shapes of the node's outputs
         */
        Optional<Tensor> of(Node node, List<Optional<Operand>> operands, List<Shape> outputs);
    }

    private final Elements arithmetic;
    private final Map<String, Operand> known = new LinkedHashMap<>();
    private final List<ShapeException> refusals = new ArrayList<>();

    private ShapeTrace(Graph graph, Map<String, Shape> inputs, Map<String, Tensor> computed, Elements arithmetic) {
        this.arithmetic = arithmetic;
        inputs.forEach((name, shape) -> known.put(name, Operand.of(shape)));
        graph.constants().forEach((name, tensor) -> known.put(name, Operand.of(tensor)));
        for (Node node : graph.nodes()) {
            if (graph.understands(node) && Shapes.knows(node)) {
                visit(node);
            }
            for (String output : node.outputs()) {
                Optional.ofNullable(computed.get(output)).ifPresent(tensor -> known.put(output, Operand.of(tensor)));
            }
        }
    }

    /** The trace of {@code graph} from its own inputs, as far as their extents are fixed. */
    public static ShapeTrace of(Graph graph) {
        return of(graph, Map.of());
    }

    /**
     * The same trace, with the elements of some values known that nodes compute.
     *
     * @param computed values by name, as the graph computes them
     */
    public static ShapeTrace of(Graph graph, Map<String, Tensor> computed) {
        return new ShapeTrace(graph, fixed(graph), computed, Elements.NONE);
    }

    /** The trace of {@code graph} from its own inputs, with elements by {@code arithmetic}. */
    public static ShapeTrace of(Graph graph, Elements arithmetic) {
        return of(graph, fixed(graph), arithmetic);
    }

    /** The trace of {@code graph} from {@code inputs}, the shapes of some or all of its inputs. */
    public static ShapeTrace of(Graph graph, Map<String, Shape> inputs, Elements arithmetic) {
        return new ShapeTrace(graph, inputs, Map.of(), arithmetic);
    }

    private static Map<String, Shape> fixed(Graph graph) {
        Map<String, Shape> inputs = new HashMap<>();
        graph.inputs().forEach(input -> input.shape().ifPresent(shape -> inputs.put(input.name(), shape)));
        return inputs;
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
        Optional<Tensor> elements = Shapes.elements(node, operands).or(() -> arithmetic.of(node, operands, shapes));
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                known.put(node.outputs().get(i), new Operand(shapes.get(i), elements));
            }
        }
    }

    /** The shape of {@code value}, if it could be inferred. */
    public Optional<Shape> shape(String value) {
        return Optional.ofNullable(known.get(value)).map(Operand::shape);
    }

    /** The elements of {@code value}, if they are known. */
    public Optional<Tensor> elements(String value) {
        return Optional.ofNullable(known.get(value)).flatMap(Operand::value);
    }

    /** Every shape that could be inferred, by value. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        known.forEach((name, operand) -> shapes.put(name, operand.shape()));
        return Collections.unmodifiableMap(shapes);
    }

    /** The nodes whose inputs contradict them, in order. */
    public List<ShapeException> refusals() {
        return Collections.unmodifiableList(refusals);
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
