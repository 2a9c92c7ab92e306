package io.foldserve.checkpoint.base;

/**
 * The framework whose conventions a checkpoint's tensors follow: the order of a kernel's axes, and what is left out.
 */
public enum Framework {
    /** Kernels (O, I/g, M, N); DO-Conv as W (O, I/g, S), D (I, M·N, S) and its diagonal. */
    PYTORCH,
    /** Kernels (M, N, I/g, O); DO-Conv as W (S, I/g, O) and D (M·N, S, I), without the diagonal. Keras's own names. */
    KERAS,
    /** As {@link #KERAS}, under the names of an object checkpoint. */
    TENSORFLOW,
    /**
     * Kernels (O, I/g, M, N); DO-Conv as weight (O, I/g, M, N), whose last two axes are S, and D (M·N, S, I), without
     * the diagonal.
     */
    MXNET
}
