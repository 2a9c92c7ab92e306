package io.foldserve.fold.write;

import io.foldserve.fold.rule.Regroup;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Island;
import io.foldserve.fold.term.PreparedInput;
import io.foldserve.fold.term.StoredNumbers;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TrailingOperator;
import io.foldserve.fold.term.TransposedKernel;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes an island as nodes and constants: one Conv or Gemm for each term, the averages, views, selections and paddings
 * that they read, and the sum. Not thread-safe; writes one island.
 */
public final class IslandWriter {
    private static final int BIAS_IS_OPTIONAL = 11;

    // Which input of a Resize has the extents it asks for.
    private static final int SIZES = 3;

    private final Island island;
    private final int opset;
    private final IslandNumbers numbers;
    private final IslandNames names;
    private final IslandNodes nodes;
    private final TermInputWriter sources;

    /**
     * A writer of the island that {@code names} belong to.
     *
     * @param opset the version of the operators to write
     */
    public IslandWriter(int opset, IslandNumbers numbers, IslandNames names) {
        this.island = names.island();
        this.opset = opset;
        this.numbers = numbers;
        this.names = names;
        this.nodes = new IslandNodes(names);
        this.sources = new TermInputWriter(island.name(0), opset, nodes, numbers);
    }

    public Written write() {
        List<Term> terms = island.terms();
        List<TrailingOperator> after = island.form().after();
        String result = after.isEmpty() ? island.value() : names.free(island.name(0) + ".before");
        List<String> values = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            values.add(term(terms.get(i), i, terms.size() == 1 ? result : names.value(i)));
        }
        String sum = values.get(0);
        for (int i = 1; i < values.size(); i++) {
            String name = names.sum(i);
            String output = i == values.size() - 1 ? result : name;
            nodes.add(new Node(name, "", "Add", List.of(sum, values.get(i)), List.of(output), Map.of()));
            sum = output;
        }
        for (int i = 0; i < after.size(); i++) {
            sum = followed(after.get(i), sum, i == after.size() - 1);
        }
        // What is only selected or averaged is written under another name.
        if (!sum.equals(island.value())) {
            String name = names.free(island.name(0) + "/itself");
            nodes.add(new Node(name, "", "Identity", List.of(sum), List.of(island.value()), Map.of()));
        }
        return new Written(nodes.nodes(), nodes.constants());
    }

    private String followed(TrailingOperator trailing, String value, boolean last) {
        Node node = trailing.node();
        String output = last ? island.value() : names.moved(node);
        List<String> inputs = inputs(trailing, value);
        nodes.add(new Node(node.name(), node.domain(), node.op(), inputs, List.of(output), node.attributes()));
        return output;
    }

    // The operator may ask for a number of channels, which is now that of the terms.
    private List<String> inputs(TrailingOperator trailing, String value) {
        Node node = trailing.node();
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, value);
        int count = island.terms().get(0).outputs();
        List<Long> sizes = trailing.sizes();
        if (!sizes.isEmpty() && sizes.get(trailing.channels()) != count) {
            long[] asked = sizes.stream().mapToLong(Long::longValue).toArray();
            asked[trailing.channels()] = count;
            inputs.set(SIZES, nodes.constant(node.name() + ".sizes", Tensor.ofLongs(Shape.of(asked.length), asked)));
        }
        return inputs;
    }

    private String term(Term term, int index, String output) {
        if (term.source().isConstant()) {
            return sources.biasMap(term, island.name(index));
        }
        if (term.viewsAfter()) {
            String own = names.free(island.name(index) + ".viewed");
            Term bare =
                    term.reading(term.source().unviewed(), term.source().base().axes());
            String before = operator(bare, term.source().value(), index, own);
            return views(term.source().commuted(), before, index, output);
        }
        String source = term.source().ones().isPresent()
                ? sources.ones(term, island.name(index))
                : sources.write(PreparedInput.of(term));
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
        StoredNumbers stored = numbers.of(written, names.kernel(index), names.bias(index));
        List<String> inputs = new ArrayList<>(List.of(source));
        boolean transposed = written.source().isUpsampled();
        inputs.add(nodes.constant(names.kernel(index), stored.kernel()));
        boolean gemm = written.axes().isEmpty();
        if (written.biased() || (gemm && opset < BIAS_IS_OPTIONAL)) {
            inputs.add(nodes.constant(names.bias(index), stored.bias()));
        }
        Map<String, Attribute> attributes =
                gemm ? Map.of("transB", Attribute.of(1)) : attributes(written, PreparedInput.of(term));
        String op = transposed ? "ConvTranspose" : gemm ? "Gemm" : "Conv";
        nodes.add(new Node(names.node(index), "", op, inputs, List.of(output), attributes));
        return output;
    }

    // A product with the transposed kernel, or a scale for each channel, and the bias.
    private String tokens(Term term, String source, int index, String output) {
        boolean scales = term.isDiagonal();
        Weights weights = (scales ? term : Regroup.apply(term, 1)).weights().get();
        int channels = term.outputs();
        Shape shape = scales ? Shape.of(channels) : Shape.of(term.inputs(), channels);
        double[] kernel = scales ? weights.kernel() : transposed(weights.kernel(), term.inputs());
        String matrix = nodes.constant(names.kernel(index), numbers.of(names.kernel(index), shape, kernel));
        String product = term.biased() ? names.free(island.name(index) + ".product") : output;
        String op = scales ? "Mul" : "MatMul";
        nodes.add(new Node(names.node(index), "", op, List.of(source, matrix), List.of(product), Map.of()));
        if (term.biased()) {
            Tensor values = numbers.of(names.bias(index), Shape.of(channels), weights.bias());
            String bias = nodes.constant(names.bias(index), values);
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

    private static Map<String, Attribute> attributes(Term term, PreparedInput input) {
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
        attributes.put("pads", Attribute.ints(input.remaining(term)));
        if (term.source().isUpsampled()) {
            attributes.putAll(TransposedKernel.attributes(term));
        }
        return attributes;
    }
}
