package io.foldserve.architecture;

import io.foldserve.architecture.convention.Conventions;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Tells a checkpoint's layers from its tensors' names and shapes alone. Stateless and thread-safe. */
public final class CheckpointSurvey {
    private static final String BIAS = "bias";

    private CheckpointSurvey() {}

    /** The layers of {@code checkpoint}, in the order of their first tensors. */
    public static List<StoredLayer> layers(Checkpoint checkpoint) {
        Map<String, Map<String, Shape>> byPath = new LinkedHashMap<>();
        Conventions.ofPyTorch(checkpoint).byName().forEach((name, tensor) -> {
            int dot = name.lastIndexOf('.');
            byPath.computeIfAbsent(name.substring(0, Math.max(0, dot)), path -> new LinkedHashMap<>())
                    .put(name.substring(dot + 1), tensor.shape());
        });
        return byPath.entrySet().stream()
                .map(layer -> layer(layer.getKey(), layer.getValue()))
                .toList();
    }

    private static StoredLayer layer(String path, Map<String, Shape> tensors) {
        Optional<Shape> w = find(tensors, "W", 3);
        if (w.isPresent()) {
            return doConv(path, w.get(), tensors);
        }
        Optional<Shape> kernel = find(tensors, "weight", 4).or(() -> find(tensors, "W", 4));
        if (kernel.isPresent()) {
            int taps = kernel.get().extent(2) * kernel.get().extent(3);
            return new StoredLayer(
                    path,
                    StoredLayer.Kind.CONVOLUTION,
                    kernel,
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.of(taps),
                    tensors.containsKey(BIAS));
        }
        Optional<Shape> matrix = find(tensors, "weight", 2);
        if (matrix.isPresent()) {
            return plain(path, StoredLayer.Kind.LINEAR, matrix, tensors);
        }
        boolean norm = tensors.containsKey("running_mean") && tensors.containsKey("running_var");
        return norm
                ? plain(path, StoredLayer.Kind.BATCH_NORM, find(tensors, "running_mean", 1), tensors)
                : plain(path, StoredLayer.Kind.OTHER, Optional.empty(), tensors);
    }

    private static StoredLayer plain(
            String path, StoredLayer.Kind kind, Optional<Shape> weights, Map<String, Shape> tensors) {
        return new StoredLayer(
                path,
                kind,
                weights,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                tensors.containsKey(BIAS));
    }

    // D counts all input channels, W those of one group.
    private static StoredLayer doConv(String path, Shape w, Map<String, Shape> tensors) {
        Optional<Shape> d = find(tensors, "D", 3);
        OptionalInt groups = d.filter(shape -> w.extent(1) > 0 && shape.extent(0) % w.extent(1) == 0)
                .map(shape -> OptionalInt.of(shape.extent(0) / w.extent(1)))
                .orElse(OptionalInt.empty());
        return new StoredLayer(
                path,
                StoredLayer.Kind.DO_CONV,
                Optional.of(w),
                groups,
                OptionalInt.of(w.extent(2)),
                OptionalInt.of(d.map(shape -> shape.extent(1)).orElse(1)),
                tensors.containsKey(BIAS));
    }

    private static Optional<Shape> find(Map<String, Shape> tensors, String name, int rank) {
        return Optional.ofNullable(tensors.get(name)).filter(shape -> shape.rank() == rank);
    }

    /** The number of a checkpoint's real parameters. */
    public static long parameters(Checkpoint checkpoint) {
        return checkpoint.tensors().values().stream()
                .filter(tensor -> tensor.dtype().isFloating())
                .map(Tensor::shape)
                .mapToLong(Shape::size)
                .sum();
    }
}
