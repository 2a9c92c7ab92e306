package io.foldserve.protocol;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.catalogue.VariantAddress;
import java.util.Optional;

/**
 * A model of the catalogue as it was asked for.
 *
 * @param name the name that it was asked for under: a model's, or {@code model.variant}
 * @param entry the model
 */
public record NamedModel(String name, CatalogueEntry entry) {
    /**
     * The model that {@code name} means.
     *
     * @throws UnknownNameException if there is no such model or variant
     */
    public static NamedModel of(Catalogue catalogue, String name) {
        VariantAddress address = VariantAddress.of(catalogue, name);
        CatalogueEntry entry = catalogue.expect(address.model());
        Optional<ServedModel> served = entry.served();
        if (served.isPresent() && address.variant().isPresent()) {
            served.get().expectVariant(address.variant().get());
        }
        return new NamedModel(name, entry);
    }

    /**
     * What it takes and gives.
     *
     * @throws NotReadyException if it is not served now
     */
    public ModelDescription description() {
        return ModelDescription.of(name, entry.expectServed());
    }

    /** True when it is served now. */
    public boolean isReady() {
        return entry.served().isPresent();
    }
}
