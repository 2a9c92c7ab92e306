package io.foldserve.fold.result;

import java.util.List;
import java.util.Optional;

/**
 * One operator of a network. Immutable.
 *
 * @param name the node's name
 * @param operator its ONNX operator, after its domain and a dot if that is not ONNX's own
 * @param kernel the shape of the kernel of a convolution or matrix product, the window of a pooling; else empty
 * @param strides steps of the window, height first; empty for an operator without a window
 * @param dilations distances of neighbouring taps, in the same order
 * @param pads positions added at the border: all begins, then all ends
 * @param groups g of a convolution, else 1
 * @param output the shape of its first output; empty if it is not known
 */
public record NodeReport(
        String name,
        String operator,
        List<Integer> kernel,
        List<Integer> strides,
        List<Integer> dilations,
        List<Integer> pads,
        int groups,
        Optional<List<Integer>> output) {

    /** Copies the lists. */
    public NodeReport {
        kernel = List.copyOf(kernel);
        strides = List.copyOf(strides);
        dilations = List.copyOf(dilations);
        pads = List.copyOf(pads);
        output = output.map(List::copyOf);
    }
}
