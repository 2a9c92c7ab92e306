package io.foldserve.graph;

import io.foldserve.tensor.DType;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One operator application, with ONNX semantics at the graph's opset.
 *
 * @param name unique in its graph; for a layer built from a checkpoint the layer's path ({@code layer1.0.conv1})
 * @param domain the operator's domain; empty for ONNX's own
 * @param op the operator's ONNX name ({@code Conv})
 * @param inputs value names in the operator's order; an omitted optional input is the empty string
 * @param outputs value names in the operator's order; an omitted optional output is the empty string
 * @param attributes by name, sorted
 */
public record Node(
        String name,
        String domain,
        String op,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes) {

    /** Copies the collections. */
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    /** True for ONNX's own operator {@code op}. */
    public boolean is(String op) {
        return domain.isEmpty() && this.op.equals(op);
    }

    /** Every value that the node reads, also from inside its subgraphs, each once; omitted inputs are left out. */
    public Set<String> reads() {
        Set<String> reads = new LinkedHashSet<>(inputs);
        reads.addAll(captures());
        reads.remove("");
        return Collections.unmodifiableSet(reads);
    }

    /** Whether the node has subgraphs of its own, in which anything may happen. */
    public boolean hasSubgraphs() {
        return attributes.values().stream().anyMatch(Attribute.Opaque.class::isInstance);
    }

    /** The values of the surrounding graph that the node's subgraphs read. */
    public Set<String> captures() {
        Set<String> captures = new TreeSet<>();
        attributes.values().stream()
                .flatMap(attribute -> attribute instanceof Attribute.Opaque opaque ? Stream.of(opaque) : Stream.empty())
                .forEach(opaque -> captures.addAll(opaque.reads()));
        return Collections.unmodifiableSet(captures);
    }

    /** The names that the node's subgraphs give to values of their own. */
    public Set<String> innerNames() {
        Set<String> names = new TreeSet<>();
        attributes.values().stream()
                .flatMap(attribute -> attribute instanceof Attribute.Opaque opaque ? Stream.of(opaque) : Stream.empty())
                .forEach(opaque -> names.addAll(opaque.assigns()));
        return Collections.unmodifiableSet(names);
    }

    /** The name of input {@code index}, if it is given. */
    public Optional<String> input(int index) {
        return index < inputs.size() && !inputs.get(index).isEmpty()
                ? Optional.of(inputs.get(index))
                : Optional.empty();
    }

    /** The name of the first output. */
    public String output() {
        return outputs.get(0);
    }

    /** The element type that the integer attribute {@code name} names; empty if there is none, or it is no tensor's. */
    public Optional<DType> elementType(String name) {
        return ElementTypes.find(integer(name, 0));
    }

    /** The integer attribute {@code name}, or {@code absent} if it is not set. */
    public long integer(String name, long absent) {
        return attributes.get(name) instanceof Attribute.Int found ? found.value() : absent;
    }

    /** The integer-list attribute {@code name}, or {@code absent} if it is not set. */
    public List<Integer> integers(String name, List<Integer> absent) {
        return attributes.get(name) instanceof Attribute.Ints found
                ? found.values().stream().map(Math::toIntExact).toList()
                : absent;
    }

    /** The real attribute {@code name}, or {@code absent} if it is not set. */
    public double real(String name, double absent) {
        return attributes.get(name) instanceof Attribute.Real found ? found.value() : absent;
    }

    /** The string attribute {@code name}, or {@code absent} if it is not set. */
    public String text(String name, String absent) {
        return attributes.get(name) instanceof Attribute.Text found ? found.value() : absent;
    }

    /** This node reading {@code inputs} instead. */
    public Node withInputs(List<String> inputs) {
        return new Node(name, domain, op, inputs, outputs, attributes);
    }

    @Override
    public String toString() {
        return "%s = %s(%s)".formatted(String.join(", ", outputs), op, String.join(", ", inputs));
    }
}
