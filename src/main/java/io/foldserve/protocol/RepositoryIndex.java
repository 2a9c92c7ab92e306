package io.foldserve.protocol;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.ModelState;
import java.util.List;

/** The models of the catalogue in the terms of the protocol's model repository. */
public final class RepositoryIndex {
    /**
     * One model.
     *
     * @param name its name
     * @param version its only version
     * @param state {@code READY}, {@code LOADING} or {@code UNAVAILABLE}
     * @param reason why it is not ready; empty if it is
     */
    public record Item(String name, String version, String state, String reason) {}

    private RepositoryIndex() {}

    /** All models, or those that are ready. */
    public static List<Item> of(Catalogue catalogue, boolean readyOnly) {
        return catalogue.models().stream()
                .filter(entry -> !readyOnly || entry.served().isPresent())
                .map(entry -> new Item(
                        entry.name(),
                        ModelDescription.VERSION,
                        state(entry.state()),
                        entry.reason().orElse("")))
                .toList();
    }

    private static String state(ModelState state) {
        if (state instanceof ModelState.Ready) {
            return "READY";
        }
        return state instanceof ModelState.Loading ? "LOADING" : "UNAVAILABLE";
    }
}
