package io.foldserve.evaluate;

import io.foldserve.graph.Window;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Conv: {@code out[n,o,y] = b[o] + Σ_c Σ_a K[o,c,a]·x[n, q·I/g + c, s·y + d·a − p]} with q = ⌊o·g/O⌋ the group of o and
 * x zero outside, over any number of spatial axes.
 *
 * <p>As a matrix product of the kernel with the gathered patches, a band of output rows at a time, so that the patches
 * stay in the cache and memory is bounded.
 */
public final class Convolution implements Kernel {
    private static final int BAND_ELEMENTS = 1 << 17;

    @Override
    public List<Tensor> run(Call call) {
        double[] bias = call.find(2)
                .map(Tensor::toDoubles)
                .orElseGet(() -> new double[call.output(0).extent(1)]);
        return call.real(convolve(call, call.doubles(0), call.doubles(1), bias));
    }

    private static double[] convolve(Call call, double[] input, double[] kernel, double[] bias) {
        Shape in = call.shape(0);
        Shape out = call.output(0);
        int groups = Math.toIntExact(call.node().integer("group", 1));
        int inputChannels = in.extent(1) / groups;
        int outputChannels = out.extent(1) / groups;
        Patches patches = patches(call);
        int inputPlane = plane(in);
        int outputPlane = plane(out);
        double[] output = new double[out.size()];
        for (int channel = 0; channel < in.extent(0) * out.extent(1); channel++) {
            Arrays.fill(output, channel * outputPlane, (channel + 1) * outputPlane, bias[channel % out.extent(1)]);
        }
        Bands bands = new Bands(patches, input, inputChannels, inputPlane, in.extent(-1));
        for (int item = 0; item < in.extent(0) * groups; item++) {
            int kernelAt = item % groups * outputChannels * inputChannels * patches.taps();
            bands.addTo(output, item, outputChannels, outputPlane, kernel, kernelAt);
        }
        return output;
    }

    private static Patches patches(Call call) {
        Shape in = call.shape(0);
        Window window = Window.of(
                call.node(),
                call.shape(1).extents().subList(2, in.rank()),
                in.extents().subList(2, in.rank()));
        return Patches.of(window, spatial(in), spatial(call.output(0)));
    }

    private static int[] spatial(Shape shape) {
        return Arrays.copyOfRange(shape.toArray(), 2, shape.rank());
    }

    private static int plane(Shape shape) {
        return Shape.of(spatial(shape)).size();
    }

    /** The patches of one input, gathered a band of output rows at a time. */
    private static final class Bands {
        private final Patches patches;
        private final double[] input;
        private final int channels;
        private final int plane;
        private final int width;

        Bands(Patches patches, double[] input, int channels, int plane, int width) {
            this.patches = patches;
            this.input = input;
            this.channels = channels;
            this.plane = plane;
            this.width = width;
        }

        /** Adds the product of the kernel and the patches of group {@code item} (images outermost). */
        void addTo(double[] output, int item, int outputChannels, int outputPlane, double[] kernel, int kernelAt) {
            int depth = channels * patches.taps();
            int columns = patches.outputColumns();
            int height = Math.max(1, Math.min(patches.outputRows(), BAND_ELEMENTS / Math.max(1, depth * columns)));
            double[] band = new double[depth * height * columns];
            double[] product = new double[height * columns];
            for (int from = 0; from < patches.outputRows(); from += height) {
                int to = Math.min(patches.outputRows(), from + height);
                int size = (to - from) * columns;
                gather(item, from, to, band, size);
                for (int o = 0; o < outputChannels; o++) {
                    Arrays.fill(product, 0.0);
                    Matrix.multiplyAdd(kernel, kernelAt + o * depth, band, 0, product, 0, 1, depth, size);
                    int at = (item * outputChannels + o) * outputPlane + from * columns;
                    Matrix.addRow(1.0, product, 0, output, at, size);
                }
            }
        }

        private void gather(int item, int from, int to, double[] band, int size) {
            int at = 0;
            for (int channel = 0; channel < channels; channel++) {
                int channelAt = (item * channels + channel) * plane;
                for (int tap = 0; tap < patches.taps(); tap++, at += size) {
                    patches.gather(input, channelAt, width, tap, from, to, band, at);
                }
            }
        }
    }
}
