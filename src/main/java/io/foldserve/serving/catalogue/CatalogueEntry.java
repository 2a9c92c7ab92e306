package io.foldserve.serving.catalogue;

import java.util.List;
import java.util.Optional;

/**
 * One model of the catalogue at one instant. Immutable and thread-safe.
 *
 * @param name the model's public name
 * @param variants the names of its declared variants; empty while its manifest is unread or if it cannot be read
 * @param state where it is between its folder and its answers
 */
public record CatalogueEntry(String name, List<String> variants, ModelState state) {

    /** Copies the names. */
    public CatalogueEntry {
        variants = List.copyOf(variants);
    }

    /** The model, if it is ready. */
    public Optional<ServedModel> served() {
        return state instanceof ModelState.Ready ready ? Optional.of(ready.model()) : Optional.empty();
    }

    /**
     * The model.
     *
     * @throws NotReadyException if it is loading or has failed, with the reason
     */
    public ServedModel expectServed() {
        return served().orElseThrow(() -> new NotReadyException(reason().orElseThrow()));
    }

    /** Why the model is not served, if it is not. */
    public Optional<String> reason() {
        if (state instanceof ModelState.Failed failed) {
            return Optional.of("model " + name + " failed to load: " + String.join("; ", failed.problems()));
        }
        return state instanceof ModelState.Loading ? Optional.of("model " + name + " is loading") : Optional.empty();
    }
}
