package io.foldserve.serving.catalogue;

import io.foldserve.problem.Problems;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Every model the service knows, and its state. Thread-safe: readers see immutable snapshots, and a change replaces the
 * snapshot.
 *
 * <p>The service is ready when the models have been listed, there is at least one, and <em>every</em> variant of every
 * one is loaded, verified and warmed. A failed model therefore keeps the whole service unready, with its reason: a
 * deployment that silently serves a part of what was asked for would lie. The other models answer requests meanwhile.
 */
public final class Catalogue implements AutoCloseable {
    /** Empty until the models are listed. Written under this object's lock, read without. */
    private volatile Optional<Map<String, CatalogueEntry>> snapshot = Optional.empty();

    /** Begins with exactly these models, all of them loading. */
    public synchronized void list(List<String> models) {
        Map<String, CatalogueEntry> entries = new TreeMap<>();
        models.forEach(name -> entries.put(name, new CatalogueEntry(name, List.of(), new ModelState.Loading())));
        snapshot = Optional.of(Collections.unmodifiableMap(entries));
    }

    /** Replaces the entry of the same name, or adds it. */
    public synchronized void put(CatalogueEntry entry) {
        Map<String, CatalogueEntry> entries = new TreeMap<>(snapshot.orElse(Map.of()));
        entries.put(entry.name(), entry);
        snapshot = Optional.of(Collections.unmodifiableMap(entries));
    }

    /** The models by name, at this instant. */
    public List<CatalogueEntry> models() {
        return List.copyOf(snapshot.orElse(Map.of()).values());
    }

    /** The model called {@code name}, if there is one. */
    public Optional<CatalogueEntry> find(String name) {
        return Optional.ofNullable(snapshot.orElse(Map.of()).get(name));
    }

    /**
     * The model called {@code name}.
     *
     * @throws UnknownNameException if there is none, with the names that there are
     */
    public CatalogueEntry expect(String name) {
        Map<String, CatalogueEntry> entries = snapshot.orElse(Map.of());
        CatalogueEntry entry = entries.get(name);
        if (entry == null) {
            throw new UnknownNameException("model", name, entries.keySet());
        }
        return entry;
    }

    /** True when the variant is served now. */
    public boolean isReady(String model, String variant) {
        return find(model)
                .flatMap(CatalogueEntry::served)
                .flatMap(served -> served.variant(variant))
                .isPresent();
    }

    /** True when nothing is loading any more: every model is ready or has failed. */
    public boolean isSettled() {
        return snapshot.filter(entries ->
                        entries.values().stream().noneMatch(entry -> entry.state() instanceof ModelState.Loading))
                .isPresent();
    }

    /** Why the service is not ready, one sentence per model that is not; empty when it is ready. */
    public List<String> notReady() {
        Optional<Map<String, CatalogueEntry>> current = snapshot;
        if (current.isEmpty()) {
            return List.of("the models have not been listed yet");
        }
        if (current.orElseThrow().isEmpty()) {
            return List.of("there are no models");
        }
        return Problems.told(current.orElseThrow().values().stream()
                .flatMap(entry -> entry.reason().stream())
                .toList());
    }

    /** Forgets every model and releases its sessions, after the runs under way. */
    @Override
    public synchronized void close() {
        Optional<Map<String, CatalogueEntry>> last = snapshot;
        snapshot = Optional.empty();
        last.orElse(Map.of()).values().forEach(entry -> entry.served().ifPresent(ServedModel::close));
    }
}
