package io.foldserve.fold.write;

import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.ChannelAxis;
import io.foldserve.fold.term.PreparedInput;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Writes what the terms of one island read: averages and views, selections of channels, paddings that a convolution
 * cannot express, planes of ones and maps of biases. What several terms read is written once. Not thread-safe; writes
 * one island.
 */
final class TermInputWriter {
    private static final int PADS_ARE_AN_INPUT = 11;

    private final String layer;
    private final int opset;
    private final IslandNodes nodes;
    private final IslandNumbers numbers;
    private final Map<TermInput, String> read = new HashMap<>();
    private final Map<PreparedInput, String> paddings = new HashMap<>();
    private int selections;

    /**
     * @param layer after which nodes are named
     * @param opset the version of the operators to write
     */
    TermInputWriter(String layer, int opset, IslandNodes nodes, IslandNumbers numbers) {
        this.layer = layer;
        this.opset = opset;
        this.nodes = nodes;
        this.numbers = numbers;
    }

    /** The value that the convolution of a term of {@code input} reads. */
    String write(PreparedInput input) {
        String source = selected(input.source());
        if (input.pads().isEmpty()) {
            return source;
        }
        String known = paddings.get(input);
        return known == null ? pad(source, input) : known;
    }

    private String pad(String source, PreparedInput input) {
        String name = nodes.names().free(layer + "/pad" + (paddings.isEmpty() ? "" : paddings.size()));
        Border border = input.source().border();
        int axes = input.pads().size() / 2;
        long[] pads = new long[4 + 2 * axes];
        for (int i = 0; i < input.pads().size(); i++) {
            pads[i + (i < axes ? 2 : 4)] = input.pads().get(i);
        }
        Map<String, Attribute> attributes = new HashMap<>(Map.of("mode", Attribute.of(border.mode())));
        List<String> inputs = new ArrayList<>(List.of(source));
        if (opset < PADS_ARE_AN_INPUT) {
            attributes.put(
                    "pads",
                    Attribute.ints(
                            Arrays.stream(pads).mapToObj(Math::toIntExact).toList()));
        } else {
            inputs.add(nodes.constant(name + ".pads", Tensor.ofLongs(Shape.of(pads.length), pads)));
            if (border.value() != 0) {
                String value = nodes.names().free(name + ".value");
                inputs.add(nodes.constant(value, numbers.of(value, Shape.of(), new double[] {border.value()})));
            }
        }
        nodes.add("Pad", name, inputs, attributes);
        paddings.put(input, name);
        return name;
    }

    private String selected(TermInput source) {
        String value = commuted(source);
        if (source.channels().isEmpty()) {
            return value;
        }
        TermInput selection = source.within(Border.ZERO);
        String known = read.get(selection);
        return known == null ? select(value, selection) : known;
    }

    private String select(String value, TermInput source) {
        long[] picked = source.channels().stream()
                .flatMap(channels -> channels.picked().stream())
                .mapToLong(Integer::longValue)
                .toArray();
        String name = nodes.names().free(layer + "/channels" + (selections == 0 ? "" : selections));
        selections++;
        String indices = nodes.constant(name + ".indices", Tensor.ofLongs(Shape.of(picked.length), picked));
        Map<String, Attribute> attributes = Map.of("axis", Attribute.of(1));
        nodes.add("Gather", name, List.of(value, indices), attributes);
        read.put(source, name);
        return name;
    }

    private String commuted(TermInput source) {
        String value = source.value();
        TermInput reached = TermInput.of(value);
        for (Node node : source.commuted()) {
            reached = reached.then(node, ChannelAxis.first(0), ChannelAxis.first(0), 0);
            String before = value;
            String after = nodes.names().moved(node);
            if (read.putIfAbsent(reached, after) == null) {
                List<String> inputs = new ArrayList<>(node.inputs());
                inputs.set(0, before);
                nodes.add(new Node(node.name(), node.domain(), node.op(), inputs, List.of(after), node.attributes()));
            }
            value = after;
        }
        return value;
    }

    /**
     * The bias map of {@code term}: a few values for each channel, laid out over all positions when the session is
     * made.
     */
    String biasMap(Term term, String layer) {
        BiasMap map =
                new BiasMap(term, term.source().ones().orElseThrow().extents().orElseThrow());
        String name = nodes.names().free(layer + ".border");
        List<Integer> extents = new ArrayList<>(List.of(1, term.outputs()));
        extents.addAll(map.distinct());
        String value = nodes.constant(name, numbers.of(name, new Shape(extents), map.values()));
        for (int axis = 0; axis < term.axes().size(); axis++) {
            long[] positions = Arrays.stream(map.index(axis)).asLongStream().toArray();
            String laidOut = nodes.names().free(name + ".axis" + axis);
            String where =
                    nodes.constant(laidOut + ".positions", Tensor.ofLongs(Shape.of(positions.length), positions));
            value = nodes.add("Gather", laidOut, List.of(value, where), Map.of("axis", Attribute.of(axis + 2)));
        }
        return value;
    }

    /** One channel of ones of the extents of what {@code term} reads. */
    String ones(Term term, String layer) {
        String value = term.source().value();
        int axes = term.axes().size();
        String name = nodes.names().free(layer + ".ones");
        String shape = nodes.add("Shape", nodes.names().free(name + ".shape"), List.of(value), Map.of());
        String spatial = nodes.constant(
                name + ".axes",
                Tensor.ofLongs(Shape.of(axes), LongStream.range(2, 2L + axes).toArray()));
        String extents = nodes.add("Gather", nodes.names().free(name + ".extents"), List.of(shape, spatial), Map.of());
        String one = nodes.constant(name + ".one", Tensor.ofLongs(Shape.of(2), 1, 1));
        String target = nodes.add(
                "Concat", nodes.names().free(name + ".target"), List.of(one, extents), Map.of("axis", Attribute.of(0)));
        int[] point = new int[axes + 2];
        Arrays.fill(point, 1);
        String unit = nodes.constant(
                name + ".value", numbers.of(nodes.names().free(name + ".value"), Shape.of(point), new double[] {1}));
        return nodes.add("Expand", name, List.of(unit, target), Map.of());
    }
}
