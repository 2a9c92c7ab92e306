package io.foldserve.fold;

/**
 * What a layer or network costs.
 *
 * @param parameters stored values
 * @param macs multiply-accumulates of one run, weight programs included
 */
public record Size(long parameters, long macs) {
    /** The sum of both sizes. */
    Size plus(Size other) {
        return new Size(parameters + other.parameters, macs + other.macs);
    }
}
