package io.foldserve.graph;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sliding window of a convolution or pooling: one entry per spatial axis (height first) in every list.
 *
 * <p>Tap {@code a} of output position {@code y} reads input position {@code strides·y + dilations·a − padsBegin}
 * (folding notation: s·y + d·a − p).
 *
 * @param kernel taps per axis, at least 1
 * @param strides steps per axis, at least 1
 * @param dilations distance of neighbouring taps, at least 1
 * @param padsBegin positions added before the first; may be negative (a crop)
 * @param padsEnd positions added after the last; may be negative (a crop)
 */
public record Window(
        List<Integer> kernel,
        List<Integer> strides,
        List<Integer> dilations,
        List<Integer> padsBegin,
        List<Integer> padsEnd) {

    /** Copies the lists, which must have equal lengths. */
    public Window {
        kernel = List.copyOf(kernel);
        strides = List.copyOf(strides);
        dilations = List.copyOf(dilations);
        padsBegin = List.copyOf(padsBegin);
        padsEnd = List.copyOf(padsEnd);
        int axes = kernel.size();
        if (strides.size() != axes || dilations.size() != axes || padsBegin.size() != axes || padsEnd.size() != axes) {
            throw new IllegalArgumentException(
                    "a window's lists differ in length: kernel %s strides %s dilations %s pads %s %s"
                            .formatted(kernel, strides, dilations, padsBegin, padsEnd));
        }
    }

    /**
     * The window of {@code node} (a Conv, ConvTranspose or pooling in ONNX's attributes) with {@code kernel} taps over
     * an input of the spatial extents {@code input}, which {@code auto_pad} needs.
     */
    public static Window of(Node node, List<Integer> kernel, List<Integer> input) {
        int axes = kernel.size();
        List<Integer> ones = Collections.nCopies(axes, 1);
        List<Integer> strides = node.integers("strides", ones);
        List<Integer> dilations = node.integers("dilations", ones);
        String autoPad = node.text("auto_pad", "NOTSET");
        if (autoPad.startsWith("SAME")) {
            return same(kernel, strides, dilations, input, autoPad.equals("SAME_UPPER"));
        }
        List<Integer> pads = node.integers("pads", Collections.nCopies(2 * axes, 0));
        return new Window(kernel, strides, dilations, pads.subList(0, axes), pads.subList(axes, 2 * axes));
    }

    /**
     * The window whose pads make ⌈input/stride⌉ outputs of an input of the spatial extents {@code input}, as ONNX's
     * SAME_UPPER and SAME_LOWER have them, and TensorFlow's {@code padding="same"}, which is the upper one.
     *
     * @param upper whether the larger half of an odd number of pads comes after the input, not before it
     */
    public static Window same(
            List<Integer> kernel, List<Integer> strides, List<Integer> dilations, List<Integer> input, boolean upper) {
        List<Integer> total = IntStream.range(0, kernel.size())
                .mapToObj(axis -> {
                    int outputs = (input.get(axis) + strides.get(axis) - 1) / strides.get(axis);
                    int span = (kernel.get(axis) - 1) * dilations.get(axis) + 1;
                    return Math.max(0, (outputs - 1) * strides.get(axis) + span - input.get(axis));
                })
                .toList();
        List<Integer> smaller = total.stream().map(pad -> pad / 2).toList();
        List<Integer> larger = total.stream().map(pad -> pad - pad / 2).toList();
        return new Window(kernel, strides, dilations, upper ? smaller : larger, upper ? larger : smaller);
    }

    /** The number of spatial axes. */
    public int axes() {
        return kernel.size();
    }

    /** The positions from the first to the last tap of {@code axis}: d·(k−1) + 1. */
    public int span(int axis) {
        return dilations.get(axis) * (kernel.get(axis) - 1) + 1;
    }

    /**
     * The number of output positions along {@code axis} for {@code input} positions; not positive if the window does
     * not fit.
     */
    public int outputs(int axis, int input) {
        return Math.floorDiv(input + padsBegin.get(axis) + padsEnd.get(axis) - span(axis), strides.get(axis)) + 1;
    }

    /** The pads in ONNX's order: all begins, then all ends. */
    public List<Integer> pads() {
        return IntStream.range(0, 2 * axes())
                .mapToObj(i -> i < axes() ? padsBegin.get(i) : padsEnd.get(i - axes()))
                .toList();
    }
}
