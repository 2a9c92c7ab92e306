package io.foldserve.benchmark;

/**
 * What a convolution does to its input, without its weights.
 *
 * @param in input channels
 * @param out output channels
 * @param height of the kernel
 * @param width of the kernel
 * @param stride along both axes
 * @param padY zeros above and below
 * @param padX zeros left and right
 * @param groups of channels
 */
record Geometry(int in, int out, int height, int width, int stride, int padY, int padX, int groups) {

    /** A dense convolution with a square kernel, padded to keep the size at stride 1. */
    static Geometry dense(int in, int out, int kernel, int stride) {
        return new Geometry(in, out, kernel, kernel, stride, kernel / 2, kernel / 2, 1);
    }

    /** A depthwise convolution with a square kernel, padded to keep the size at stride 1. */
    static Geometry depthwise(int channels, int kernel, int stride) {
        return new Geometry(channels, channels, kernel, kernel, stride, kernel / 2, kernel / 2, channels);
    }

    /** The same channels and stride with another kernel and padding. */
    Geometry kernel(int otherHeight, int otherWidth, int otherPadY, int otherPadX) {
        return new Geometry(in, out, otherHeight, otherWidth, stride, otherPadY, otherPadX, groups);
    }

    /** The same with other channels and another stride. */
    Geometry channels(int otherIn, int otherOut, int otherStride) {
        return new Geometry(otherIn, otherOut, height, width, otherStride, padY, padX, groups);
    }

    /** True when the output has the shape of the input. */
    boolean keepsShape() {
        return in == out && stride == 1;
    }
}
