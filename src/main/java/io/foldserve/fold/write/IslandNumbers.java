package io.foldserve.fold.write;

import io.foldserve.fold.term.Elements;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TransposedKernel;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Where the kernels and biases of a written island come from. */
public interface IslandNumbers {
    /** Composed in float64. */
    IslandNumbers EXACT = new Composed(DType.FLOAT64);

    /** Composed in float64, each element rounded to float32 once. */
    IslandNumbers ROUNDED = new Composed(DType.FLOAT32);

    /**
     * The numbers of one term.
     *
     * @param kernel {@code [O, I/g, taps along each axis]}; of a transposed convolution as {@link TransposedKernel}
     *     says
     * @param bias {@code [O]}
     */
    record Stored(Tensor kernel, Tensor bias) {}

    /** The numbers of {@code term}, whose constants are called {@code kernel} and {@code bias}. */
    Stored of(Term term, String kernel, String bias);

    /** The constant called {@code name}, which is {@code values}. */
    Tensor of(String name, Shape shape, double[] values);

    /**
     * What {@code folded} holds; nothing is composed.
     *
     * @param folded a folded graph
     */
    record FromFoldedGraph(Graph folded) implements IslandNumbers {
        @Override
        public Stored of(Term term, String kernel, String bias) {
            Tensor zero = Tensor.ofFloats(Shape.of(term.outputs()), new float[term.outputs()]);
            return new Stored(
                    folded.constant(kernel).orElseThrow(), folded.constant(bias).orElse(zero));
        }

        @Override
        public Tensor of(String name, Shape shape, double[] values) {
            return folded.constant(name).orElseThrow();
        }
    }

    /**
     * Composed in float64 and kept as another type.
     *
     * @param dtype FLOAT64 or FLOAT32
     */
    record Composed(DType dtype) implements IslandNumbers {
        @Override
        public Stored of(Term term, String kernelName, String biasName) {
            Weights weights = term.weights().get();
            int run = term.groupInputs() * term.taps();
            Elements kernel = new Elements(dtype, kernelShape(term));
            Elements bias = new Elements(dtype, Shape.of(term.outputs()));
            IntStream.range(0, term.outputs()).parallel().forEach(o -> {
                Row row = weights.row(o);
                for (int i = 0; i < run; i++) {
                    kernel.put(o * run + i, row.kernel()[i]);
                }
                bias.put(o, row.bias());
            });
            Tensor rows = kernel.tensor();
            return new Stored(term.source().isUpsampled() ? TransposedKernel.of(term, rows) : rows, bias.tensor());
        }

        @Override
        public Tensor of(String name, Shape shape, double[] values) {
            Elements elements = new Elements(dtype, shape);
            for (int i = 0; i < values.length; i++) {
                elements.put(i, values[i]);
            }
            return elements.tensor();
        }

        private static Shape kernelShape(Term term) {
            List<Integer> extents = new ArrayList<>(List.of(term.outputs(), term.groupInputs()));
            term.axes().forEach(axis -> extents.add(axis.count()));
            return new Shape(extents);
        }
    }
}
