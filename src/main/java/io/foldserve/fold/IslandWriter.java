package io.foldserve.fold;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Writes an island as nodes and constants: one Conv or Gemm for each term, the averages and views that they read, and the
 * sum. Not thread-safe; writes one island.
 */
final class IslandWriter {
    /**
     * What an island is written as.
     *
     * @param nodes in execution order; the last computes the island's value
     * @param constants kernels and biases, in float64 or rounded to float32 once
     */
    record Written(List<Node> nodes, Map<String, Tensor> constants) {}

    private static final int BIAS_IS_OPTIONAL = 11;

    private final Island island;
    private final int opset;
    private final IslandNumbers numbers;
    private final IslandNames names;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<Source, String> read = new HashMap<>();

    /**
     * @param opset the version of the operators to write
     */
    IslandWriter(int opset, IslandNumbers numbers, IslandNames names) {
        this.island = names.island();
        this.opset = opset;
        this.numbers = numbers;
        this.names = names;
    }

    Written write() {
        List<Term> terms = island.terms();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            values.add(term(terms.get(i), i, terms.size() == 1 ? island.value() : names.value(i)));
        }
        String sum = values.get(0);
        for (int i = 1; i < values.size(); i++) {
            String name = names.sum(i);
            String output = i == values.size() - 1 ? island.value() : name;
            nodes.add(new Node(name, "", "Add", List.of(sum, values.get(i)), List.of(output), Map.of()));
            sum = output;
        }
        return new Written(nodes, constants);
    }

    private String term(Term term, int index, String output) {
        if (term.source().isConstant()) {
            return biasMap(
                    new BiasMap(
                            term, term.source().ones().orElseThrow().extents().orElseThrow()),
                    term,
                    index);
        }
        if (term.viewsAfter()) {
            Source bare = new Source(
                    term.source().value(),
                    List.of(),
                    Optional.empty(),
                    Frame.first(0),
                    term.source().base().last(),
                    0);
            String own = names.free(island.name(index) + ".viewed");
            String before = operator(
                    term.reading(bare, term.source().base().axes()),
                    term.source().value(),
                    index,
                    own);
            return views(term.source().commuted(), before, index, output);
        }
        String source = term.source().ones().isPresent() ? ones(term, island.name(index)) : source(term.source());
        return term.identity() ? source : operator(term, source, index, output);
    }

    private String views(List<Node> views, String value, int index, String output) {
        String last = value;
        for (int i = 0; i < views.size(); i++) {
            Node view = views.get(i);
            String name = index == 0 ? view.name() : names.free(view.name() + "/term" + index);
            String after = i == views.size() - 1 ? output : names.free(name + ".moved");
            List<String> inputs = new ArrayList<>(view.inputs());
            inputs.set(0, last);
            nodes.add(new Node(name, view.domain(), view.op(), inputs, List.of(after), view.attributes()));
            last = after;
        }
        return last;
    }

    private String operator(Term term, String source, int index, String output) {
        if (term.source().last()) {
            return tokens(term, source, index, output);
        }
        Term written = term.axes().isEmpty() ? Regroup.apply(term, 1) : term;
        IslandNumbers.Stored stored = numbers.of(written, names.kernel(index), names.bias(index));
        List<String> inputs = new ArrayList<>(List.of(source));
        inputs.add(constant(names.kernel(index), stored.kernel()));
        boolean gemm = written.axes().isEmpty();
        if (written.biased() || (gemm && opset < BIAS_IS_OPTIONAL)) {
            inputs.add(constant(names.bias(index), stored.bias()));
        }
        Map<String, Attribute> attributes = gemm ? Map.of("transB", Attribute.of(1)) : attributes(written);
        nodes.add(new Node(names.node(index), "", gemm ? "Gemm" : "Conv", inputs, List.of(output), attributes));
        return output;
    }

    // A product with the transposed kernel, or a scale for each channel, and the bias.
    private String tokens(Term term, String source, int index, String output) {
        boolean scales = term.isDiagonal();
        Weights weights = (scales ? term : Regroup.apply(term, 1)).weights().get();
        int channels = term.outputs();
        Shape shape = scales ? Shape.of(channels) : Shape.of(term.inputs(), channels);
        double[] kernel = scales ? weights.kernel() : transposed(weights.kernel(), term.inputs());
        String matrix = constant(names.kernel(index), numbers.of(names.kernel(index), shape, kernel));
        String product = term.biased() ? names.free(island.name(index) + ".product") : output;
        String op = scales ? "Mul" : "MatMul";
        nodes.add(new Node(names.node(index), "", op, List.of(source, matrix), List.of(product), Map.of()));
        if (term.biased()) {
            Tensor values = numbers.of(names.bias(index), Shape.of(channels), weights.bias());
            String bias = constant(names.bias(index), values);
            String name = names.free(island.name(index) + "/bias");
            nodes.add(new Node(name, "", "Add", List.of(product, bias), List.of(output), Map.of()));
        }
        return output;
    }

    private static double[] transposed(double[] kernel, int inputs) {
        int outputs = kernel.length / inputs;
        double[] transposed = new double[kernel.length];
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                transposed[i * outputs + o] = kernel[o * inputs + i];
            }
        }
        return transposed;
    }

    private String source(Source source) {
        String value = source.value();
        Source reached = Source.of(value);
        for (Node node : source.commuted()) {
            reached = reached.then(node, Frame.first(0), Frame.first(0), 0);
            String before = value;
            String after = names.moved(node);
            if (read.putIfAbsent(reached, after) == null) {
                List<String> inputs = new ArrayList<>(node.inputs());
                inputs.set(0, before);
                nodes.add(new Node(node.name(), node.domain(), node.op(), inputs, List.of(after), node.attributes()));
            }
            value = after;
        }
        return value;
    }

    // A few values for each channel, laid out over all positions when the session is made.
    private String biasMap(BiasMap map, Term term, int index) {
        String name = names.free(island.name(index) + ".border");
        List<Integer> extents = new ArrayList<>(List.of(1, term.outputs()));
        extents.addAll(map.distinct());
        String value = constant(name, numbers.of(name, new Shape(extents), map.values()));
        for (int axis = 0; axis < term.axes().size(); axis++) {
            long[] positions = Arrays.stream(map.index(axis)).asLongStream().toArray();
            String laidOut = names.free(name + ".axis" + axis);
            String where = constant(laidOut + ".positions", Tensor.ofLongs(Shape.of(positions.length), positions));
            value = add("Gather", laidOut, List.of(value, where), Map.of("axis", Attribute.of(axis + 2)));
        }
        return value;
    }

    // [1, 1, extents of the value…]
    private String ones(Term term, String layer) {
        String value = term.source().value();
        int axes = term.axes().size();
        String name = names.free(layer + ".ones");
        String shape = add("Shape", names.free(name + ".shape"), List.of(value), Map.of());
        String spatial = constant(
                name + ".axes",
                Tensor.ofLongs(Shape.of(axes), LongStream.range(2, 2L + axes).toArray()));
        String extents = add("Gather", names.free(name + ".extents"), List.of(shape, spatial), Map.of());
        String one = constant(name + ".one", Tensor.ofLongs(Shape.of(2), 1, 1));
        String target =
                add("Concat", names.free(name + ".target"), List.of(one, extents), Map.of("axis", Attribute.of(0)));
        int[] point = new int[axes + 2];
        Arrays.fill(point, 1);
        String unit =
                constant(name + ".value", numbers.of(names.free(name + ".value"), Shape.of(point), new double[] {1}));
        return add("Expand", name, List.of(unit, target), Map.of());
    }

    private String add(String op, String name, List<String> inputs, Map<String, Attribute> attributes) {
        nodes.add(new Node(name, "", op, inputs, List.of(name), attributes));
        return name;
    }

    private String constant(String preferred, Tensor tensor) {
        String name = names.free(preferred);
        constants.put(name, tensor);
        return name;
    }

    private static Map<String, Attribute> attributes(Term term) {
        List<AxisTaps> axes = term.axes();
        Map<String, Attribute> attributes = new HashMap<>();
        attributes.put(
                "kernel_shape",
                Attribute.ints(axes.stream().map(AxisTaps::count).toList()));
        attributes.put(
                "strides", Attribute.ints(axes.stream().map(AxisTaps::stride).toList()));
        attributes.put(
                "dilations", Attribute.ints(axes.stream().map(AxisTaps::step).toList()));
        attributes.put("group", Attribute.of(term.groups()));
        attributes.put(
                "pads",
                Attribute.ints(Stream.concat(
                                axes.stream().map(axis -> -axis.first()),
                                axes.stream().map(AxisTaps::end))
                        .toList()));
        return attributes;
    }
}
