package io.foldserve.serving.catalogue;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Every model the service knows, and its state. Thread-safe: readers see immutable snapshots, and a change replaces the
 * snapshot, so that a model is swapped for another of its name in one step.
 */
public final class Catalogue implements AutoCloseable {
    /** Empty until the models are listed. Written under this object's lock, read without. */
    private volatile Optional<Map<String, CatalogueEntry>> snapshot = Optional.empty();

    /** Whether every model of the first list has come to its end once; never false again. */
    private volatile boolean settled;

    /** Begins with exactly these models, all of them loading. */
    public synchronized void list(List<String> models) {
        Map<String, CatalogueEntry> entries = new TreeMap<>();
        models.forEach(name -> entries.put(name, new CatalogueEntry(name, List.of(), new ModelState.Loading())));
        replace(entries);
    }

    /** Replaces the entry of the same name, or adds it; a served model that it replaces is released when unused. */
    public synchronized void put(CatalogueEntry entry) {
        Map<String, CatalogueEntry> entries = new TreeMap<>(snapshot.orElse(Map.of()));
        Optional<ServedModel> before = Optional.ofNullable(entries.put(entry.name(), entry))
                .flatMap(CatalogueEntry::served)
                .filter(model -> !Optional.of(model).equals(entry.served()));
        replace(entries);
        before.ifPresent(ServedModel::retire);
    }

    /** Forgets the model called {@code name}, if there is one; it is released when unused. */
    public synchronized void remove(String name) {
        Map<String, CatalogueEntry> entries = new TreeMap<>(snapshot.orElse(Map.of()));
        Optional<CatalogueEntry> before = Optional.ofNullable(entries.remove(name));
        replace(entries);
        before.flatMap(CatalogueEntry::served).ifPresent(ServedModel::retire);
    }

    private void replace(Map<String, CatalogueEntry> entries) {
        snapshot = Optional.of(Collections.unmodifiableMap(entries));
        settled = settled || entries.values().stream().noneMatch(entry -> entry.state() instanceof ModelState.Loading);
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

    /**
     * The model called {@code name}, which stays loaded until the lease is closed.
     *
     * @throws UnknownNameException if there is none, with the names that there are
     * @throws NotReadyException if it is not served now, with the reason
     */
    public ModelLease lease(String name) {
        while (true) {
            Optional<ModelLease> lease = expect(name).expectServed().lease();
            if (lease.isPresent()) {
                return lease.get();
            }
            // It was retired in between, and is not in the snapshot any more.
        }
    }

    /** True when the variant is served now. */
    public boolean isReady(String model, String variant) {
        return find(model)
                .flatMap(CatalogueEntry::served)
                .flatMap(served -> served.variant(variant))
                .isPresent();
    }

    /** True when requests are answered by {@code model} itself now, not by another of its name. */
    public boolean isServed(ServedModel model) {
        return find(model.name())
                .flatMap(CatalogueEntry::served)
                .filter(model::equals)
                .isPresent();
    }

    /** True once the models were listed, and every one of them was ready or had failed at one time. */
    public boolean isSettled() {
        return settled;
    }

    /** The models that were listed, at this instant; nothing before they were. */
    Optional<Collection<CatalogueEntry>> listed() {
        return snapshot.map(Map::values);
    }

    /** Forgets every model and releases its sessions, after the runs under way. */
    @Override
    public synchronized void close() {
        Optional<Map<String, CatalogueEntry>> last = snapshot;
        snapshot = Optional.empty();
        last.orElse(Map.of()).values().forEach(entry -> entry.served().ifPresent(ServedModel::close));
    }
}
