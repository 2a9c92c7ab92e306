package io.foldserve.serving.load;

import io.foldserve.serving.probe.Differences;
import io.foldserve.serving.probe.Outputs;
import io.foldserve.task.Head;
import io.foldserve.task.ServingGraph;
import io.foldserve.task.TaskKind;
import io.foldserve.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How far what is served for an image is from what the network gives.
 *
 * @param kind what is served
 * @param head what the network's output means
 */
record ServedDifference(TaskKind kind, Head head) {
    /** The share of a mask's pixels that two runs may give different classes where the network decides them itself. */
    static final double PIXELS = 0.005;

    /**
     * The largest difference of a score or probability; of a mask the largest shortfall, or the share of other pixels
     * where the network gives the classes.
     *
     * @param network the network's output
     * @param served the outputs of the served graph
     */
    double of(float[] network, Map<String, Tensor> served) {
        if (kind == TaskKind.SEGMENTATION) {
            return mask(network, Outputs.expect(served, ServingGraph.MASK).toLongs());
        }
        String name = head == Head.PROBABILITIES ? ServingGraph.PROBABILITIES : ServingGraph.LOGITS;
        float[] given = Outputs.expect(served, name).toFloats();
        // Of a single output beside two labels, the second is the network's own.
        return Differences.largest(network, Arrays.copyOfRange(given, given.length - network.length, given.length));
    }

    private double mask(float[] network, long[] mask) {
        if (head == Head.MASK) {
            return share(network, mask);
        }
        return Differences.largestShortfall(network.length == mask.length ? besideThreshold(network) : network, mask);
    }

    /** The threshold as the score of the class that a single channel does not have. */
    private float[] besideThreshold(float[] channel) {
        float[] scores = new float[2 * channel.length];
        Arrays.fill(scores, 0, channel.length, (float) head.threshold());
        System.arraycopy(channel, 0, scores, channel.length, channel.length);
        return scores;
    }

    private static double share(float[] network, long[] mask) {
        int other = 0;
        for (int pixel = 0; pixel < mask.length; pixel++) {
            other += network[pixel] == mask[pixel] ? 0 : 1;
        }
        return (double) other / mask.length;
    }

    /** The largest share of pixels to which the two reference forms give different classes. */
    static double pixels(Proof.Reference reference) {
        double largest = 0;
        for (int probe = 0; probe < reference.trained().size(); probe++) {
            float[] trained = reference.trained().get(probe);
            long[] folded = longs(reference.folded(), probe);
            largest = Math.max(largest, share(trained, folded));
        }
        return largest;
    }

    private static long[] longs(List<float[]> outputs, int probe) {
        float[] values = outputs.get(probe);
        long[] whole = new long[values.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (long) values[i];
        }
        return whole;
    }
}
