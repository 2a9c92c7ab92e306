package io.foldserve.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checkpoints whose tensors are computed instead of stored: element i is low + (high − low)·u(seed + i), rounded to
 * float32, where u(x) is the top 53 bits of splitmix64(x) as a fraction. {@code src/test/golden/architectures.py} and
 * {@code keras_networks.py} fill the frameworks' networks with the same values.
 */
final class FormulaCheckpoint {
    private FormulaCheckpoint() {}

    /**
     * The checkpoint of a golden case, PyTorch's unless it says another framework. Its tensors are [name, shape, seed,
     * low, high] each, or [name, shape] of a DO-Conv's diagonal.
     */
    static Checkpoint of(JsonNode golden) {
        Map<String, Tensor> filled = new LinkedHashMap<>();
        for (JsonNode tensor : golden.get("tensors")) {
            Shape shape = shape(tensor.get(1));
            filled.put(
                    tensor.get(0).asText(),
                    tensor.size() == 2
                            ? diagonal(shape)
                            : uniform(
                                    shape,
                                    tensor.get(2).asLong(),
                                    tensor.get(3).asDouble(),
                                    tensor.get(4).asDouble()));
        }
        Framework framework = Framework.valueOf(golden.path("framework").asText("PYTORCH"));
        return new Checkpoint(golden.get("name").asText(), framework, filled, Map.of());
    }

    /** The shape listed in {@code extents}. */
    static Shape shape(JsonNode extents) {
        int[] shape = new int[extents.size()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = extents.get(axis).asInt();
        }
        return Shape.of(shape);
    }

    /** Numbers between {@code low} and {@code high}. */
    static Tensor uniform(Shape shape, long seed, double low, double high) {
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (low + (high - low) * fraction(seed + i));
        }
        return Tensor.ofFloats(shape, values);
    }

    private static double fraction(long index) {
        long x = index + 0x9E3779B97F4A7C15L;
        x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        x ^= x >>> 31;
        return (x >>> 11) * 0x1p-53;
    }

    /** [channels, taps, D_mul] with a one wherever the column is the tap, counted around. */
    static Tensor diagonal(Shape shape) {
        int taps = shape.extent(1);
        int multiplier = shape.extent(2);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            int column = i % multiplier;
            boolean tiled = column < multiplier / taps * taps;
            values[i] = tiled && column % taps == i / multiplier % taps ? 1 : 0;
        }
        return Tensor.ofFloats(shape, values);
    }
}
