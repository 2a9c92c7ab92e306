package io.foldserve.serving.request;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.task.MaskSize;
import io.foldserve.task.VisionTask;
import java.util.Optional;
import java.util.function.Consumer;

/** An admitted prediction, for {@link PredictionService#predict}. */
public final class Admission extends AdmittedRequest {
    private final PredictionRequest request;
    private final VisionTask task;
    private final LoadedVariant variant;
    private final Optional<Dealt> dealt;
    private final int topK;
    private final MaskSize maskSize;

    Admission(
            PredictionRequest request,
            VisionTask task,
            LoadedVariant variant,
            Optional<Dealt> dealt,
            int topK,
            MaskSize maskSize,
            MemoryBudget budget,
            Consumer<Outcome> end,
            ModelLease lease) {
        super(lease, budget, end);
        this.request = request;
        this.task = task;
        this.variant = variant;
        this.dealt = dealt;
        this.topK = topK;
        this.maskSize = maskSize;
    }

    PredictionRequest request() {
        return request;
    }

    VisionTask task() {
        return task;
    }

    LoadedVariant variant() {
        return variant;
    }

    /** How the request was dealt to its variant; empty if it named one. */
    Optional<Dealt> dealt() {
        return dealt;
    }

    /** The declared experiment that dealt the request, if one did. */
    Optional<String> experiment() {
        return dealt.map(Dealt::experiment).filter(Experiment::isDeclared).map(Experiment::name);
    }

    int topK() {
        return topK;
    }

    MaskSize maskSize() {
        return maskSize;
    }
}
