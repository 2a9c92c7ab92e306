package io.foldserve.fold.write;

import io.foldserve.fold.facts.FoldedTypes;
import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.fold.term.Elements;
import io.foldserve.fold.term.KeptOperator;
import io.foldserve.fold.term.StoredNumbers;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TransposedKernel;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Where the kernels and biases of a written island come from. */
public interface IslandNumbers {
    /** Composed in float64. */
    Composed EXACT = new Composed(DType.FLOAT64);

    /** Composed in float64, each element rounded once: to float32, or to the type in which a file computes. */
    Composed ROUNDED = new Composed(DType.FLOAT32);

    /**
     * The numbers of {@code term}, whose constants are called {@code kernel} and {@code bias}: a kernel
     * {@code [O, I/g, taps along each axis]}, that of a transposed convolution as {@link TransposedKernel} says.
     */
    StoredNumbers of(Term term, String kernel, String bias);

    /** The constant called {@code name}, which is {@code values}. */
    Tensor of(String name, Shape shape, double[] values);

    /**
     * What {@code folded} holds; nothing is composed.
     *
     * @param folded a folded graph
     */
    record FromFoldedGraph(Graph folded) implements IslandNumbers {
        @Override
        public StoredNumbers of(Term term, String kernel, String bias) {
            Tensor zero = Tensor.ofFloats(Shape.of(term.outputs()), new float[term.outputs()]);
            return new StoredNumbers(
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
     * @param dtype FLOAT64 to round nothing, or a type of {@link FoldedTypes}
     */
    record Composed(DType dtype) implements IslandNumbers {
        /** The same of an island that computes in {@code type}; numbers that are not rounded stay so. */
        Composed in(DType type) {
            return rounds() ? new Composed(type) : this;
        }

        /** False when numbers are kept as they are composed. */
        boolean rounds() {
            return dtype != DType.FLOAT64;
        }

        /** The numbers of {@code operator}, composed and kept likewise. */
        StoredNumbers of(KeptOperator operator) {
            return operator.stored(in(operator.type()).dtype());
        }

        @Override
        public StoredNumbers of(Term term, String kernelName, String biasName) {
            KernelLayout rows = new KernelLayout(false, term.outputs(), term.groupInputs(), term.groups(), term.taps());
            StoredNumbers stored = StoredNumbers.of(term.weights().get(), rows, kernelShape(term), dtype);
            return term.source().isUpsampled()
                    ? new StoredNumbers(TransposedKernel.of(term, stored.kernel()), stored.bias())
                    : stored;
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
