package io.foldserve.evaluate;

import io.foldserve.tensor.Tensor;
import java.util.List;

/** What one operator computes. */
@FunctionalInterface
interface Kernel {
    /** The outputs, in order, with the shapes of {@link Call#output(int)}. */
    List<Tensor> run(Call call);
}
