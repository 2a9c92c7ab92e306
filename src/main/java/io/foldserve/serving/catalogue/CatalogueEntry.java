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
     * @throws NotReadyException if it is loading, has failed or was unloaded, with the reason
     */
    public ServedModel expectServed() {
        return served().orElseThrow(() -> new NotReadyException(reason().orElseThrow()));
    }

    /** Why what is in the model's folder is not served, in a sentence; empty if it is. */
    public Optional<String> reason() {
        if (state instanceof ModelState.Loading) {
            return Optional.of("model " + name + " is loading");
        }
        if (state instanceof ModelState.Unloaded) {
            return Optional.of("model " + name + " was unloaded on request");
        }
        if (state.problems().isEmpty()) {
            return Optional.empty();
        }
        String failed = "model " + name + " failed to load: " + String.join("; ", state.problems());
        return Optional.of(served().isPresent() ? failed + "; what was loaded before is still served" : failed);
    }
}
