package io.foldserve.architecture;

/**
 * The sliding window of a pooling layer, as {@code torch.nn.MaxPool2d} and {@code AvgPool2d} declare it.
 *
 * @param kernel the positions per axis
 * @param stride the steps per axis
 * @param padding the positions added on either side of each axis, at most half the kernel
 * @param ceil whether a last window that reaches beyond the padded input counts, if it starts inside the input or the
 *     padding before it
 */
record Pooling(Pair kernel, Pair stride, Pair padding, boolean ceil) {

    /** Windows side by side, each of {@code kernel} × {@code kernel} positions. */
    static Pooling of(int kernel) {
        return of(kernel, kernel, 0);
    }

    /** Square windows, as many as fit. */
    static Pooling of(int kernel, int stride, int padding) {
        return new Pooling(Pair.of(kernel), Pair.of(stride), Pair.of(padding), false);
    }

    /** The output positions for {@code input} positions. */
    Pair outputs(Pair input) {
        return new Pair(
                outputs(input.height(), kernel.height(), stride.height(), padding.height()),
                outputs(input.width(), kernel.width(), stride.width(), padding.width()));
    }

    private int outputs(int input, int kernel, int stride, int padding) {
        int span = input + 2 * padding - kernel;
        if (span < 0 || !ceil) {
            return Math.floorDiv(span, stride) + 1;
        }
        int outputs = (span + stride - 1) / stride + 1;
        return (outputs - 1) * stride >= input + padding ? outputs - 1 : outputs;
    }

    /** The padding after the last position: the declared one, or more where a window of {@code ceil} reaches beyond it. */
    Pair paddingAfter(Pair input) {
        Pair outputs = outputs(input);
        return new Pair(
                Math.max(
                        padding.height(),
                        (outputs.height() - 1) * stride.height() + kernel.height() - input.height() - padding.height()),
                Math.max(
                        padding.width(),
                        (outputs.width() - 1) * stride.width() + kernel.width() - input.width() - padding.width()));
    }
}
