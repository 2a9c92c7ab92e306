package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.meter.Outcome;
import java.util.Optional;
import java.util.function.Consumer;

/** An admitted request with tensors or for all variants; the body may still name the variant. */
public final class InferenceAdmission extends AdmittedRequest {
    private final Optional<String> variant;

    InferenceAdmission(ModelLease lease, Optional<String> variant, MemoryBudget budget, Consumer<Outcome> end) {
        super(lease, budget, end);
        this.variant = variant;
    }

    /** The model that is asked. */
    public ServedModel model() {
        return held().model();
    }

    /** The variant that the request's head names, if it names one. */
    Optional<String> variant() {
        return variant;
    }
}
