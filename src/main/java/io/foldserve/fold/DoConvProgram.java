package io.foldserve.fold;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.Optional;

/**
 * The weight program of a depthwise over-parameterised convolution, recognised.
 *
 * <p>Symbols: {@code W [O, I/g, S]}, {@code D} and {@code d_diag [I, M·N, S]}, kernel {@code K [O, I/g, M, N]}. The
 * program is Reshape(Einsum("ims,ois->oim", D + d_diag, Reshape(W, [O/g, I, S]))), so that
 * {@code K[o,c,m] = Σ_s (D + d_diag)[(o mod g)·(I/g) + c, m, s] · W[o,c,s]}. For a 1×1 layer it is Reshape(W) alone, S = 1.
 *
 * <p>Source: Cao et al., "DO-Conv: Depthwise Over-parameterized Convolutional Layer", arXiv 2006.12030, section 3.2; the
 * row of D for groups &gt; 1 is the PyTorch reference implementation's, which differs from the paper's.
 *
 * @param w the constant W
 * @param d the constant D; empty for a 1×1 layer
 * @param diagonal the constant d_diag; empty for a 1×1 layer
 */
record DoConvProgram(String w, Optional<String> d, Optional<String> diagonal) {
    private static final String COMPOSITION = "ims,ois->oim";

    /** The DO-Conv program that computes {@code kernel} in {@code graph}, if it is one. */
    static Optional<DoConvProgram> find(Graph graph, String kernel) {
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
        boolean stored = graph.constant(w).isPresent()
                && graph.constant(d).isPresent()
                && diagonal.flatMap(graph::constant).isPresent();
        return stored ? Optional.of(new DoConvProgram(w, Optional.of(d), diagonal)) : Optional.empty();
    }

    private static Optional<Node> producer(Graph graph, String value, String op) {
        return graph.producer(value).filter(node -> node.is(op));
    }
}
