package io.foldserve.serving.catalogue;

import io.foldserve.task.VisionTask;
import java.util.List;
import java.util.Optional;

/**
 * A model with all its variants loaded. Thread-safe; owns the variants.
 *
 * @param name the model's public name
 * @param task how an image becomes an input and an output becomes an answer
 * @param variants the loaded variants, at least one, in the manifest's order
 * @param traffic deals requests to the variants, by index
 */
public record ServedModel(String name, VisionTask task, List<LoadedVariant> variants, TrafficSplit traffic)
        implements AutoCloseable {

    /** Copies the variants. */
    public ServedModel {
        variants = List.copyOf(variants);
    }

    /** A model whose traffic is split by its variants' shares. */
    public static ServedModel of(String name, VisionTask task, List<LoadedVariant> variants) {
        List<Integer> shares = variants.stream().map(LoadedVariant::share).toList();
        return new ServedModel(name, task, variants, new TrafficSplit(shares));
    }

    /** The variant whose turn it is by the traffic shares. */
    public LoadedVariant next() {
        return variants.get(traffic.next());
    }

    /** The variant called {@code name}, if the model has one, whatever its share. */
    public Optional<LoadedVariant> variant(String name) {
        return variants.stream().filter(variant -> variant.name().equals(name)).findFirst();
    }

    /**
     * The variant called {@code name}, whatever its share.
     *
     * @throws UnknownNameException if the model has none, with the names that it has
     */
    public LoadedVariant expectVariant(String name) {
        return variant(name)
                .orElseThrow(() -> new UnknownNameException(
                        "variant",
                        name,
                        variants.stream().map(LoadedVariant::name).toList()));
    }

    /** The variant that the others are compared with, if one is declared. */
    public Optional<LoadedVariant> baseline() {
        return variants.stream().filter(LoadedVariant::baseline).findFirst();
    }

    /** Releases every variant, after the runs under way. */
    @Override
    public void close() {
        variants.forEach(LoadedVariant::close);
    }
}
