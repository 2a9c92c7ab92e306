package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.ServedModel;

/** One request's hold on its model: until the exchange is over, or until the work that was begun is. Thread-safe. */
final class HeldModel {
    private final ModelLease lease;
    private volatile boolean working;

    HeldModel(ModelLease lease) {
        this.lease = lease;
    }

    ServedModel model() {
        return lease.model();
    }

    /** The model is needed until {@link #release()}, even when the exchange is over before. */
    void working() {
        working = true;
    }

    /** The exchange is over. Idempotent. */
    void exchangeOver() {
        if (!working) {
            lease.close();
        }
    }

    /** The model is not needed any more. Idempotent. */
    void release() {
        lease.close();
    }
}
