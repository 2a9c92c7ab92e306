package io.foldserve.fold.facts;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The weight program of a depthwise over-parameterised convolution, recognised.
 *
 * <p>Symbols: {@code W [O, I/g, S]}, {@code D} and {@code d_diag [I, M·N, S]}, kernel {@code K [O, I/g, M, N]}. The
 * program is Reshape(Einsum("ims,ois->oim", D + d_diag, Reshape(W, [O/g, I, S]))), so that
 * {@code K[o,c,m] = Σ_s (D + d_diag)[(o mod g)·(I/g) + c, m, s] · W[o,c,s]}. For a 1×1 layer it is Reshape(W) alone, S
 * = 1.
 *
 * <p>Source: Cao et al., "DO-Conv: Depthwise Over-parameterized Convolutional Layer", arXiv 2006.12030, section 3.2;
 * the row of D for groups &gt; 1 is the PyTorch reference implementation's, which differs from the paper's.
 *
 * @param w the constant W
 * @param d the constant D; empty for a 1×1 layer
 * @param diagonal the constant d_diag; empty for a 1×1 layer
 */
public record DoConvProgram(String w, Optional<String> d, Optional<String> diagonal) {
    private static final String COMPOSITION = "ims,ois->oim";

    /** The DO-Conv program that computes {@code kernel} in {@code graph}, if it is one. */
    public static Optional<DoConvProgram> find(Graph graph, String kernel) {
        Optional<Node> reshape = producer(graph, kernel, "Reshape");
        if (reshape.isEmpty()) {
            return Optional.empty();
        }
        String reshaped = reshape.get().inputs().get(0);
        Optional<Node> einsum = producer(graph, reshaped, "Einsum").filter(DoConvProgram::composes);
        return einsum.isPresent() ? composed(graph, einsum.get()) : pointwise(graph, reshaped);
    }

    private static boolean composes(Node einsum) {
        return einsum.inputs().size() == 2
                && einsum.text("equation", "").replace(" ", "").equals(COMPOSITION);
    }

    private static Optional<DoConvProgram> pointwise(Graph graph, String w) {
        return graph.constant(w)
                .filter(tensor -> tensor.shape().rank() == 3 && tensor.shape().extent(2) == 1)
                .map(tensor -> new DoConvProgram(w, Optional.empty(), Optional.empty()));
    }

    private static Optional<DoConvProgram> composed(Graph graph, Node einsum) {
        String w = producer(graph, einsum.inputs().get(1), "Reshape")
                .map(node -> node.inputs().get(0))
                .orElse(einsum.inputs().get(1));
        Optional<Node> sum = producer(graph, einsum.inputs().get(0), "Add");
        String d = sum.map(node -> node.inputs().get(0)).orElse(einsum.inputs().get(0));
        Optional<String> diagonal = sum.map(node -> node.inputs().get(1));
        Optional<Tensor> stored = graph.constant(d);
        return isRowOf(graph.constant(w), stored)
                        && stored.map(Tensor::shape)
                                .equals(diagonal.flatMap(graph::constant).map(Tensor::shape))
                ? Optional.of(new DoConvProgram(w, Optional.of(d), diagonal))
                : Optional.empty();
    }

    // W [O, I/g, S] and D [I, M·N, S] with the same S, and O·(I/g) a multiple of I.
    private static boolean isRowOf(Optional<Tensor> w, Optional<Tensor> d) {
        if (w.isEmpty()
                || d.isEmpty()
                || w.get().shape().rank() != 3
                || d.get().shape().rank() != 3) {
            return false;
        }
        Shape pointwise = w.get().shape();
        Shape depthwise = d.get().shape();
        return pointwise.extent(2) == depthwise.extent(2)
                && pointwise.extent(0) * pointwise.extent(1) % depthwise.extent(0) == 0;
    }

    /** O. */
    public int outputs(Graph graph) {
        return graph.constant(w).orElseThrow().shape().extent(0);
    }

    /** Composes the row {@code [I/g, M·N]} of each output channel in float64. */
    public IntFunction<double[]> rows(Graph graph) {
        Tensor pointwise = graph.constant(w).orElseThrow();
        int length = pointwise.shape().size() / pointwise.shape().extent(0);
        IntFunction<double[]> own = o -> pointwise.toDoubles(o * length, (o + 1) * length);
        if (d.isEmpty()) {
            return own;
        }
        Tensor depthwise = d.flatMap(graph::constant).orElseThrow();
        double[] total = sum(depthwise, diagonal.flatMap(graph::constant).orElseThrow());
        return o -> compose(total, depthwise.shape(), own.apply(o), o);
    }

    /** The multiply-accumulates of composing a kernel of shape {@code kernel} once; none for a 1×1 layer. */
    public long macs(Graph graph, Shape kernel) {
        return d.isEmpty()
                ? 0
                : (long) kernel.size() * graph.constant(w).orElseThrow().shape().extent(2);
    }

    private static double[] sum(Tensor first, Tensor second) {
        double[] sum = first.toDoubles();
        double[] addend = second.toDoubles();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += addend[i];
        }
        return sum;
    }

    // Row-major, W [O, I/g, S] read as [O/g, I, S] pairs (o, c) with row (o·(I/g) + c) mod I of D.
    private static double[] compose(double[] total, Shape depthwise, double[] w, int o) {
        int taps = depthwise.extent(1);
        int multiplier = depthwise.extent(2);
        int groupInputs = w.length / multiplier;
        double[] kernel = new double[groupInputs * taps];
        for (int c = 0; c < groupInputs; c++) {
            int row = (o * groupInputs + c) % depthwise.extent(0);
            for (int m = 0; m < taps; m++) {
                int from = (row * taps + m) * multiplier;
                double value = 0;
                for (int s = 0; s < multiplier; s++) {
                    value += total[from + s] * w[c * multiplier + s];
                }
                kernel[c * taps + m] = value;
            }
        }
        return kernel;
    }

    private static Optional<Node> producer(Graph graph, String value, String op) {
        return graph.producer(value).filter(node -> node.is(op));
    }
}
