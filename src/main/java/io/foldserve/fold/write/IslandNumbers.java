package io.foldserve.fold.write;

import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TransposedKernel;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
     * @param kernel {@code [O, I/g, taps along each axis]}; of a transposed convolution as {@link TransposedKernel} says
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
    record Held(Graph folded) implements IslandNumbers {
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
            ByteBuffer kernel = allocate(Math.multiplyExact(term.outputs(), run));
            ByteBuffer bias = allocate(term.outputs());
            IntStream.range(0, term.outputs()).parallel().forEach(o -> {
                Row row = weights.row(o);
                for (int i = 0; i < run; i++) {
                    put(kernel, o * run + i, row.kernel()[i]);
                }
                put(bias, o, row.bias());
            });
            Tensor rows = Tensor.ofBytes(dtype, kernelShape(term), kernel);
            return new Stored(
                    term.source().isSpread() ? TransposedKernel.of(term, rows) : rows,
                    Tensor.ofBytes(dtype, Shape.of(term.outputs()), bias));
        }

        @Override
        public Tensor of(String name, Shape shape, double[] values) {
            Tensor exact = Tensor.ofDoubles(shape, values);
            return dtype == DType.FLOAT32 ? exact.toFloat32() : exact;
        }

        private static Shape kernelShape(Term term) {
            List<Integer> extents = new ArrayList<>(List.of(term.outputs(), term.groupInputs()));
            term.axes().forEach(axis -> extents.add(axis.count()));
            return new Shape(extents);
        }

        private ByteBuffer allocate(int elements) {
            return ByteBuffer.allocate(Math.multiplyExact(elements, dtype.bytes()))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }

        private void put(ByteBuffer bytes, int index, double value) {
            if (dtype == DType.FLOAT32) {
                bytes.putFloat(index * Float.BYTES, (float) value);
            } else {
                bytes.putDouble(index * Double.BYTES, value);
            }
        }
    }
}
