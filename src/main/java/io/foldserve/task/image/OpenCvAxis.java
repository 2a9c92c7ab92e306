package io.foldserve.task.image;

/**
 * The two neighbouring inputs of each output position along one axis, with weights that add up to 2¹¹: what OpenCV's
 * bilinear resizing computes, in its order of float and double operations. Immutable.
 */
final class OpenCvAxis {
    private static final float UNIT = 1 << 11;

    private final int[] first;
    private final int[] firstWeight;
    private final int[] secondWeight;

    private OpenCvAxis(int outputs) {
        first = new int[outputs];
        firstWeight = new int[outputs];
        secondWeight = new int[outputs];
    }

    /**
     * Where middles lie: output i reads at {@code (i + ½) · in / out − ½}.
     *
     * @param from the first of {@code outputs} outputs, of {@code out} of the whole axis
     * @param clamped whether positions beyond the axis have the weights of its ends, as along a row
     */
    static OpenCvAxis centred(int in, int out, int from, int outputs, boolean clamped) {
        double scale = OpenCvResampler.scale(in, out);
        OpenCvAxis axis = new OpenCvAxis(outputs);
        for (int i = 0; i < outputs; i++) {
            float position = (float) ((from + i + 0.5) * scale - 0.5);
            int floor = (int) Math.floor(position);
            axis.set(i, floor, position - floor, in, clamped);
        }
        return axis;
    }

    /** Where corners lie, as enlarging by area reads: each output begins in the input in which its own begin lies. */
    static OpenCvAxis cornered(int in, int out, int from, int outputs, boolean clamped) {
        double inverse = (double) out / in;
        double scale = 1 / inverse;
        OpenCvAxis axis = new OpenCvAxis(outputs);
        for (int i = 0; i < outputs; i++) {
            int floor = (int) Math.floor((from + i) * scale);
            float weight = (float) (from + i + 1 - (floor + 1) * inverse);
            axis.set(i, floor, weight <= 0 ? 0 : weight - (float) Math.floor(weight), in, clamped);
        }
        return axis;
    }

    private void set(int i, int floor, float weight, int in, boolean clamped) {
        boolean beyond = clamped && (floor < 0 || floor >= in - 1);
        float second = beyond ? 0 : weight;
        first[i] = clamped ? Math.max(0, Math.min(floor, in - 1)) : floor;
        firstWeight[i] = (int) Math.rint((1 - second) * UNIT);
        secondWeight[i] = (int) Math.rint(second * UNIT);
    }

    int outputs() {
        return first.length;
    }

    /** The first input of output {@code i}; the second is the next. Without clamping, −1 stands for the edge too. */
    int first(int i) {
        return first[i];
    }

    int firstWeight(int i) {
        return firstWeight[i];
    }

    int secondWeight(int i) {
        return secondWeight[i];
    }
}
