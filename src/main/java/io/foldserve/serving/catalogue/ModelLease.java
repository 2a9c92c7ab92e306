package io.foldserve.serving.catalogue;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A model that stays loaded for as long as this is open, even when the catalogue has another of its name by then; see
 * {@link Catalogue#lease}. Thread-safe.
 */
public final class ModelLease implements AutoCloseable {
    private final ServedModel model;
    private final Leases leases;
    private final AtomicBoolean open = new AtomicBoolean(true);

    ModelLease(ServedModel model, Leases leases) {
        this.model = model;
        this.leases = leases;
    }

    /** The model, whose sessions may be run until {@link #close()}. */
    public ServedModel model() {
        return model;
    }

    /** Ends the use of the model. Idempotent. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            leases.give();
        }
    }
}
