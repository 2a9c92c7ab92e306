package io.foldserve.fold.term;

/**
 * What a term reads outside of its input: what a Pad of ONNX's {@code mode} puts there. Each position outside depends
 * on itself alone and not on how many are added, so terms that pad by different amounts of one border are added like
 * those that pad with zeros.
 *
 * @param mode constant, reflect, edge or wrap
 * @param value the constant; 0 for the other modes
 */
public record Border(String mode, double value) {
    /** Zeros, which a convolution pads with itself. */
    public static final Border ZERO = new Border("constant", 0);

    public boolean isZero() {
        return equals(ZERO);
    }

    /** True when every position outside copies one inside, so that a map of each position commutes with it. */
    public boolean copies() {
        return !mode.equals("constant");
    }

    /** For messages. */
    @Override
    public String toString() {
        return copies() ? "mode " + mode : isZero() ? "zeros" : "the constant " + value;
    }
}
