package io.foldserve.architecture.declare;

import java.util.OptionalInt;

/**
 * A convolution as declared, for {@code torch.nn.Conv2d} and DOConv2d alike: which of them it is, the checkpoint says.
 *
 * @param out the output channels
 * @param kernel the taps per axis, (M, N)
 * @param stride the steps per axis
 * @param padding the positions added around the input; the same on both sides of an axis for modes other than zeros
 * @param dilation the distance of neighbouring taps
 * @param groups the number of groups
 * @param bias whether the layer has one
 * @param mode what it reads beyond the border
 * @param multiplier the D_mul that a DO-Conv layer must have; empty takes the one that the checkpoint holds
 */
public record DeclaredConvolution(
        Extent out,
        Pair kernel,
        Pair stride,
        BorderPadding padding,
        Pair dilation,
        int groups,
        Bias bias,
        PaddingMode mode,
        OptionalInt multiplier) {

    /** Whether a convolution has a bias. */
    public enum Bias {
        /** The checkpoint must hold it. */
        REQUIRED,
        /** The checkpoint must not hold it. */
        NONE,
        /**
         * What the checkpoint holds is taken. For convolutions in front of a batch norm, which train equally well with
         * or without one and differ in it between versions of the same code.
         */
        AS_STORED
    }

    /** A square convolution in front of a batch norm: stride 1, no padding, no groups. */
    public static DeclaredConvolution of(Extent out, int kernel) {
        Pair one = Pair.of(1);
        return new DeclaredConvolution(
                out,
                Pair.of(kernel),
                one,
                BorderPadding.of(0),
                one,
                1,
                Bias.AS_STORED,
                PaddingMode.ZEROS,
                OptionalInt.empty());
    }

    /** A square convolution in front of a batch norm; see {@link #of(Extent, int)}. */
    public static DeclaredConvolution of(int out, int kernel) {
        return of(Extent.of(out), kernel);
    }

    /** This convolution with a stride. */
    public DeclaredConvolution stride(int steps) {
        return new DeclaredConvolution(out, kernel, Pair.of(steps), padding, dilation, groups, bias, mode, multiplier);
    }

    /** This convolution with zeros around its input. */
    public DeclaredConvolution padding(int positions) {
        return padding(BorderPadding.of(positions));
    }

    /** This convolution with another padding. */
    public DeclaredConvolution padding(BorderPadding positions) {
        return new DeclaredConvolution(out, kernel, stride, positions, dilation, groups, bias, mode, multiplier);
    }

    /** This convolution with its taps apart. */
    public DeclaredConvolution dilation(int distance) {
        return new DeclaredConvolution(out, kernel, stride, padding, Pair.of(distance), groups, bias, mode, multiplier);
    }

    /** This convolution in {@code number} groups. */
    public DeclaredConvolution groups(int number) {
        return new DeclaredConvolution(out, kernel, stride, padding, dilation, number, bias, mode, multiplier);
    }

    /** This convolution with a bias that must be there. */
    public DeclaredConvolution biased() {
        return new DeclaredConvolution(out, kernel, stride, padding, dilation, groups, Bias.REQUIRED, mode, multiplier);
    }

    /** The number of taps, M·N. */
    public int taps() {
        return kernel.height() * kernel.width();
    }
}
