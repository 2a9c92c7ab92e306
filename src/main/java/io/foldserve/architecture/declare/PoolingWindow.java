package io.foldserve.architecture.declare;

/**
 * The sliding window of a pooling layer, as {@code torch.nn.MaxPool2d} and {@code AvgPool2d} declare it, and Keras's.
 *
 * @param kernel the positions per axis
 * @param stride the steps per axis
 * @param padding the positions added around the input, at most half the kernel
 * @param ceil whether a last window that reaches beyond the padded input counts, if it starts inside the input or the
 *     padding before it
 */
public record PoolingWindow(Pair kernel, Pair stride, BorderPadding padding, boolean ceil) {

    /** Windows side by side, each of {@code kernel} × {@code kernel} positions. */
    public static PoolingWindow of(int kernel) {
        return of(kernel, kernel, 0);
    }

    /** Square windows, as many as fit. */
    public static PoolingWindow of(int kernel, int stride, int padding) {
        return new PoolingWindow(Pair.of(kernel), Pair.of(stride), BorderPadding.of(padding), false);
    }

    /** This pooling over an input of a size, whose padding is known. */
    public Over over(Pair input) {
        return new Over(this, input, padding.around(input, kernel, stride, Pair.of(1)));
    }

    /**
     * A pooling over an input.
     *
     * @param pooling the pooling
     * @param input the input's positions
     * @param padding the positions that the pooling adds to it
     */
    public record Over(PoolingWindow pooling, Pair input, BorderPadding.Fixed padding) {

        /** The output positions. */
        public Pair outputs() {
            return new Pair(
                    outputs(
                            input.height(),
                            pooling.kernel.height(),
                            pooling.stride.height(),
                            padding.before().height(),
                            padding.after().height()),
                    outputs(
                            input.width(),
                            pooling.kernel.width(),
                            pooling.stride.width(),
                            padding.before().width(),
                            padding.after().width()));
        }

        private int outputs(int positions, int kernel, int stride, int before, int after) {
            int span = positions + before + after - kernel;
            if (span < 0 || !pooling.ceil) {
                return Math.floorDiv(span, stride) + 1;
            }
            int outputs = (span + stride - 1) / stride + 1;
            return (outputs - 1) * stride >= positions + before ? outputs - 1 : outputs;
        }

        /** The padding, and what a window of {@code ceil} reaches beyond it after the last position. */
        public BorderPadding.Fixed reached() {
            Pair outputs = outputs();
            return new BorderPadding.Fixed(
                    padding.before(),
                    new Pair(
                            Math.max(
                                    padding.after().height(),
                                    (outputs.height() - 1) * pooling.stride.height()
                                            + pooling.kernel.height()
                                            - input.height()
                                            - padding.before().height()),
                            Math.max(
                                    padding.after().width(),
                                    (outputs.width() - 1) * pooling.stride.width()
                                            + pooling.kernel.width()
                                            - input.width()
                                            - padding.before().width())));
        }
    }
}
