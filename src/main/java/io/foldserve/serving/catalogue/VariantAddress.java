package io.foldserve.serving.catalogue;

import java.util.Optional;

/**
 * A model, or one variant of it, under one name: {@code model} or {@code model.variant}. A model whose name has a dot
 * comes before a variant.
 *
 * @param model the model's name
 * @param variant the variant's name; empty to let the traffic shares decide
 */
public record VariantAddress(String model, Optional<String> variant) {
    /** What {@code name} means in {@code catalogue}; {@code name} as a model's if it means nothing there. */
    public static VariantAddress of(Catalogue catalogue, String name) {
        for (int dot = name.lastIndexOf('.'); dot > 0 && catalogue.find(name).isEmpty(); ) {
            Optional<CatalogueEntry> model = catalogue.find(name.substring(0, dot));
            if (model.isPresent()) {
                return new VariantAddress(model.get().name(), Optional.of(name.substring(dot + 1)));
            }
            dot = name.lastIndexOf('.', dot - 1);
        }
        return new VariantAddress(name, Optional.empty());
    }
}
