package io.foldserve.fold.result;

/**
 * What a layer or network costs.
 *
 * @param parameters elements of its real constants: a batch norm counts four a channel, a DO-Conv its W, D and d_diag
 * @param macs multiply-accumulates of one run, composing its kernels included
 */
public record Size(long parameters, long macs) {}
