package io.foldserve.fold.term;

import io.foldserve.fold.facts.KernelLayout;
import io.foldserve.graph.Node;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.util.function.Supplier;

/**
 * A linear operator that stays where it is and gets other numbers. Its geometry is not asked for, so that it can be
 * folded where shapes are not known. Immutable.
 *
 * @param node the operator in the training form
 * @param layout how it stores its kernel
 * @param kernelShape the shape of its kernel
 * @param type in which its numbers are written
 * @param biased false when every bias is known to be zero
 * @param weights computes its numbers, anew at each call
 */
public record KeptOperator(
        Node node, KernelLayout layout, Shape kernelShape, DType type, boolean biased, Supplier<Weights> weights) {

    /** This operator with other numbers. */
    public KeptOperator with(boolean nowBiased, Supplier<Weights> others) {
        return new KeptOperator(node, layout, kernelShape, type, nowBiased, others);
    }

    /** Its numbers as its node holds them, each kept as {@code dtype}. */
    public StoredNumbers stored(DType dtype) {
        return StoredNumbers.of(weights.get(), layout, kernelShape, dtype);
    }
}
