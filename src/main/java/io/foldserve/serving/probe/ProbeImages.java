package io.foldserve.serving.probe;

import io.foldserve.task.Preprocessing;
import io.foldserve.task.ServingGraph;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Seeded images to try networks on: smooth waves of random direction and frequency per channel, with noise of a tenth
 * of the range on top, so that they have structure at every scale as photographs do. The same seed gives the same
 * images.
 *
 * <p>Immutable and thread-safe.
 */
public final class ProbeImages {
    /** The seed of every probe: the same checkpoint is always judged on the same images. */
    public static final long SEED = 0x5eed;

    private final Preprocessing preprocessing;
    private final List<Tensor> images;

    private ProbeImages(Preprocessing preprocessing, List<Tensor> images) {
        this.preprocessing = preprocessing;
        this.images = List.copyOf(images);
    }

    /** {@code count} images of the size and channels that {@code preprocessing} makes. */
    public static ProbeImages of(Preprocessing preprocessing, int count) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Tensor> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(image(preprocessing, random));
        }
        return new ProbeImages(preprocessing, images);
    }

    /** How many images there are. */
    public int count() {
        return images.size();
    }

    /** The served graph's input for image {@code index} modulo the count: 8-bit pixels. */
    public Map<String, Tensor> pixels(int index) {
        return Map.of(ServingGraph.IMAGE, images.get(index % images.size()));
    }

    /**
     * The same image as FLOAT32 [1, C, H, W] with (pixel · scale − mean) / std computed in double and rounded once:
     * what the training form and the folded form read.
     */
    public Tensor normalised(int index) {
        ByteBuffer pixels = images.get(index % images.size()).bytes();
        int channels = preprocessing.colour().channels();
        int plane = preprocessing.width() * preprocessing.height();
        float[] values = new float[channels * plane];
        for (int channel = 0; channel < channels; channel++) {
            double mean = preprocessing.mean().get(channel);
            double std = preprocessing.std().get(channel);
            for (int position = 0; position < plane; position++) {
                int pixel = pixels.get(position * channels + channel) & 0xFF;
                values[channel * plane + position] = (float) ((pixel * preprocessing.scale() - mean) / std);
            }
        }
        return Tensor.ofFloats(Shape.of(1, channels, preprocessing.height(), preprocessing.width()), values);
    }

    private static Tensor image(Preprocessing preprocessing, RandomGenerator random) {
        int channels = preprocessing.colour().channels();
        int width = preprocessing.width();
        int height = preprocessing.height();
        ByteBuffer pixels = ByteBuffer.allocateDirect(width * height * channels);
        for (int channel = 0; channel < channels; channel++) {
            double across = random.nextDouble(0.5, 8) * 2 * Math.PI / width;
            double down = random.nextDouble(0.5, 8) * 2 * Math.PI / height;
            double phase = random.nextDouble(2 * Math.PI);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double wave = Math.sin(across * x + down * y + phase);
                    double value = 127.5 + 110 * wave + random.nextDouble(-25, 25);
                    pixels.put(
                            (y * width + x) * channels + channel, (byte) Math.round(Math.min(255, Math.max(0, value))));
                }
            }
        }
        return Tensor.ofBytes(DType.UINT8, Shape.of(1, height, width, channels), pixels);
    }
}
