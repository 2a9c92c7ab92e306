package io.foldserve.fold.result;

import io.foldserve.fold.FoldAudit;
import java.util.List;
import java.util.Optional;

/**
 * One linear operator before and after the fold. Immutable.
 *
 * @param name the layer's path
 * @param operator its operator in the folded network
 * @param rules the rules applied, first to last; empty for a layer that stays as it was
 * @param doConv the over-parameterised kernel, for a DO-Conv layer
 * @param kernelBefore the shape of the (computed) kernel in the training form
 * @param kernelAfter the shape of the kernel in the folded form
 * @param groups g
 * @param before parameters and multiply-accumulates of all that became this layer; its weight program is run once a
 *     pass
 * @param after parameters and multiply-accumulates of the folded layer
 * @param errorBound a bound of the error of the folded layer in its type, relative to Σ|K||x| + |b| at each position:
 *     2⁻²⁴ + γ_n with γ_n = n·2⁻²⁴ / (1 − n·2⁻²⁴) and n = (I/g)·M·N + 1 terms, for any order of summation (Higham,
 *     "Accuracy and Stability of Numerical Algorithms", section 3.1); of a layer in a type of 16 bits whose sums are
 *     float32's, 2u + γ_n with u that type's unit roundoff, for its kernel and its result
 * @param epsilons the epsilon of each batch norm folded into it
 * @param keys the stored tensors it was made of
 * @param cost what it was predicted and measured to take, for a layer that was made of an island
 * @param errors the measured errors, once {@link FoldAudit} has filled them
 */
public record LayerReport(
        String name,
        String operator,
        List<String> rules,
        Optional<DoConvReport> doConv,
        List<Integer> kernelBefore,
        List<Integer> kernelAfter,
        int groups,
        Size before,
        Size after,
        double errorBound,
        List<Double> epsilons,
        List<String> keys,
        Optional<LayerCost> cost,
        Optional<LayerErrors> errors) {

    /** Copies the lists. */
    public LayerReport {
        rules = List.copyOf(rules);
        kernelBefore = List.copyOf(kernelBefore);
        kernelAfter = List.copyOf(kernelAfter);
        epsilons = List.copyOf(epsilons);
        keys = List.copyOf(keys);
    }

    /** This report with {@code errors} measured. */
    public LayerReport with(LayerErrors errors) {
        return new LayerReport(
                name,
                operator,
                rules,
                doConv,
                kernelBefore,
                kernelAfter,
                groups,
                before,
                after,
                errorBound,
                epsilons,
                keys,
                cost,
                Optional.of(errors));
    }
}
