package io.foldserve.graph;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What came with a graph from its file and means nothing here: encoded parts of the file, written back untouched with
 * whatever is left of the graph they belong to. Immutable and thread-safe; nobody but the room that reads and writes
 * the format looks inside the bytes.
 *
 * @param formatVersion the version of the file format; 0 for a graph that came from no file
 * @param model what the file says besides the graph: producer, metadata, local functions
 * @param graph what the graph says besides inputs, outputs, nodes, constants and value types
 * @param inputs the declarations of the graph's inputs by name, in the file's order, with those of the constants that a
 *     caller may override
 * @param outputs the declarations of the graph's outputs by name, in order
 * @param values the declared types of values inside the graph, by name
 * @param constants the constants that no tensor can hold (strings, sparse tensors, element types without a counterpart)
 *     by name, each with the kind of constant that it is
 * @param nodes what a node says besides what {@link Node} holds, by node name
 */
public record FileRemainder(
        int formatVersion,
        ByteBuffer model,
        ByteBuffer graph,
        Map<String, ByteBuffer> inputs,
        Map<String, ByteBuffer> outputs,
        Map<String, ByteBuffer> values,
        Map<String, ByteBuffer> constants,
        Map<String, ByteBuffer> nodes) {

    /** Nothing: the graph came from no file. */
    public static final FileRemainder NONE = new FileRemainder(
            0, ByteBuffer.allocate(0), ByteBuffer.allocate(0), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

    /** Keeps read-only views, and the maps' order. */
    public FileRemainder {
        model = model.asReadOnlyBuffer();
        graph = graph.asReadOnlyBuffer();
        inputs = copy(inputs);
        outputs = copy(outputs);
        values = copy(values);
        constants = copy(constants);
        nodes = copy(nodes);
    }

    private static Map<String, ByteBuffer> copy(Map<String, ByteBuffer> original) {
        Map<String, ByteBuffer> copy = new LinkedHashMap<>();
        original.forEach((name, bytes) -> copy.put(name, bytes.asReadOnlyBuffer()));
        return Collections.unmodifiableMap(copy);
    }

    /** True when the graph was read from a file, whose element types are then binding. */
    public boolean isFromFile() {
        return formatVersion > 0;
    }

    /** Without the declarations by which callers may override constants: all constants are final then. */
    public FileRemainder withFinalConstants(Set<String> required) {
        return new FileRemainder(
                formatVersion, model, graph, kept(inputs, required::contains), outputs, values, constants, nodes);
    }

    /** Without any declared type: inputs, outputs and values are as the graph has them. */
    public FileRemainder withoutTypes() {
        return new FileRemainder(formatVersion, model, graph, Map.of(), Map.of(), Map.of(), constants, nodes);
    }

    private static Map<String, ByteBuffer> kept(Map<String, ByteBuffer> all, Predicate<String> wanted) {
        return all.entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    }

    /** The names of what is carried, never its contents. */
    @Override
    public String toString() {
        return "carried constants %s".formatted(constants.keySet());
    }
}
