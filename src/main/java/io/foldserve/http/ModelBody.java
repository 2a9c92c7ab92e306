package io.foldserve.http;

import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.VariantFacts;
import io.foldserve.task.TaskKind;
import java.util.List;
import java.util.Optional;

/**
 * The JSON of a model.
 *
 * @param name its name
 * @param state {@code loading}, {@code ready}, {@code failed} or {@code unloaded}
 * @param problems why what is in its folder is not served; empty otherwise
 * @param task what it answers; absent until it is ready
 * @param labels one per class; empty until it is ready
 * @param variants the checkpoints behind the name
 */
public record ModelBody(
        String name,
        String state,
        List<String> problems,
        Optional<TaskKind> task,
        List<String> labels,
        List<VariantBody> variants) {

    /**
     * One variant.
     *
     * @param name its name
     * @param baseline whether the others are compared with it; absent until the model is ready
     * @param traffic its share of the requests; absent until the model is ready
     * @param facts its network, sizes, proof and load times; absent until the model is ready
     */
    public record VariantBody(
            String name, Optional<Boolean> baseline, Optional<Integer> traffic, Optional<VariantFacts> facts) {

        private static VariantBody of(LoadedVariant variant) {
            return new VariantBody(
                    variant.name(),
                    Optional.of(variant.baseline()),
                    Optional.of(variant.share()),
                    Optional.of(variant.facts()));
        }

        private static VariantBody unloaded(String name) {
            return new VariantBody(name, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    static ModelBody of(CatalogueEntry entry) {
        return new ModelBody(
                entry.name(),
                entry.state().label(),
                entry.state().problems(),
                entry.served().map(served -> served.task().kind()),
                entry.served().map(served -> served.task().labels()).orElse(List.of()),
                variants(entry));
    }

    private static List<VariantBody> variants(CatalogueEntry entry) {
        Optional<List<VariantBody>> loaded = entry.served()
                .map(ServedModel::variants)
                .map(variants -> variants.stream().map(VariantBody::of).toList());
        return loaded.orElseGet(
                () -> entry.variants().stream().map(VariantBody::unloaded).toList());
    }
}
