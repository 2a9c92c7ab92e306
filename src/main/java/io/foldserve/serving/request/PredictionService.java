package io.foldserve.serving.request;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.assignment.UnitLookup;
import io.foldserve.serving.assignment.UnitSource;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.catalogue.VariantAddress;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.serving.request.PredictionRequest.Rendering;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.MaskSize;
import io.foldserve.task.TaskKind;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.ImageException;
import io.foldserve.task.image.ImageLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Answers prediction requests: finds the variant, queues the work, and does it stage by stage on a worker.
 *
 * <p>What can be refused without looking at the picture is refused before the picture is read. Thread-safe.
 */
public final class PredictionService {
    private static final int USUAL_TOP_K = 5;

    private final Intake intake;
    private final Cores cores;
    private final PredictionWork work;
    private final Experiments experiments;

    /**
     * A service over {@code catalogue}.
     *
     * @param queue the queue whose workers do the work
     * @param budget what all requests may hold together
     * @param cores what the runs of all sessions share
     * @param limits what is decoded at most
     * @param deadline how long after its acceptance a request is still worth answering
     * @param meters what durations and outcomes are recorded in
     * @param experiments what learns from the answers
     * @param nanoClock the queue's clock, in nanoseconds
     */
    public PredictionService(
            Catalogue catalogue,
            RequestQueue queue,
            MemoryBudget budget,
            Cores cores,
            ImageLimits limits,
            Duration deadline,
            RequestMeters meters,
            Experiments experiments,
            LongSupplier nanoClock) {
        this.intake = new Intake(catalogue, queue, budget, limits, deadline, meters, nanoClock);
        this.cores = cores;
        this.experiments = experiments;
        this.work = new PredictionWork(intake, cores, experiments);
    }

    /**
     * Decides by its head alone whether {@code request} can be answered now, before its body takes time and memory.
     *
     * @throws UnknownNameException if there is no such model or variant
     * @throws NotReadyException if the model is not served now
     * @throws InvalidRequestException if the model cannot give what is asked for
     * @throws QueueFullException if it would wait too long
     */
    public Admission admit(PredictionRequest request) {
        return admit(request, UnitLookup.NOTHING);
    }

    /** The same, for a request that says {@code unit} of itself, by which a sticky experiment deals it. */
    public Admission admit(PredictionRequest request, UnitLookup unit) {
        return intake.admit(request.model(), (lease, start) -> admit(request, unit, lease, start));
    }

    private Admission admit(PredictionRequest request, UnitLookup unit, ModelLease lease, long start) {
        ServedModel model = lease.model();
        int topK = topK(request, model.task());
        checkRendering(request, model.task());
        request.maskSize().ifPresent(model.task()::checkMaskSize);
        checkScores(request, model.task());
        MaskSize maskSize = request.rendering().hasScores()
                ? MaskSize.NETWORK
                : request.maskSize().orElse(model.task().maskSize());
        Optional<Dealt> dealt = request.variant().isPresent() ? Optional.empty() : Optional.of(model.deal(unit));
        LoadedVariant variant = model.expectVariant(
                request.variant().or(() -> dealt.map(Dealt::variant)).orElseThrow());
        if (request.rendering().hasScores() && variant.scores().isEmpty()) {
            throw new InvalidRequestException("variant %s gives the class of each pixel and no scores; leave scores out"
                    .formatted(variant.name()));
        }
        intake.expectRoom(new Demand(request.model(), 1));
        Consumer<Outcome> end = outcome -> intake.count(variant, outcome, start);
        return new Admission(request, model.task(), variant, dealt, topK, maskSize, intake.budget(), end, lease);
    }

    /** The query parameter in which requests to {@code name}, a model or {@code model.variant}, say their unit. */
    public Optional<String> unitParameter(String name) {
        return intake.catalogue()
                .find(VariantAddress.of(intake.catalogue(), name).model())
                .flatMap(CatalogueEntry::served)
                .flatMap(served -> served.experiment().unit())
                .filter(unit -> unit.kind() == UnitSource.Kind.QUERY)
                .map(UnitSource::name);
    }

    /** The service for requests that bring tensors: on the same queue, within the same bounds, in the same meters. */
    public InferenceService inferences() {
        return new InferenceService(intake, cores, experiments);
    }

    /** The service that asks every variant about one picture: on the same queue, within the same bounds. */
    public ComparisonService comparisons() {
        return new ComparisonService(intake, cores);
    }

    /** Where a request whose model is not known yet holds what has arrived of it. */
    public HeldMemory arrivals() {
        return new HeldMemory(intake.budget());
    }

    /** Counts a request to {@code model} that was refused before anything could be asked of {@link #admit}. */
    public void refused(String model, Outcome outcome) {
        intake.refused(model, outcome, intake.nanoClock().getAsLong());
    }

    /**
     * Accepts an admitted request and answers it later, or refuses it at once.
     *
     * @param image the encoded picture, which is not copied: the caller gives up writing to it
     * @return the accepted request's ticket; its result may still fail with {@link ImageException},
     *     {@link DeadlineExceededException} or {@link CancellationException}
     * @throws QueueFullException if it would wait too long
     * @throws NotReadyException if the service is shutting down
     */
    public Ticket<Prediction> predict(Admission admitted, byte[] image) {
        LoadedVariant variant = admitted.variant();
        return admitted.handOver(() -> intake.submit(
                admitted,
                accepted -> work.answer(accepted, image, admitted),
                new Demand(variant.model(), 1),
                (outcome, accepted) -> intake.count(variant, outcome, accepted)));
    }

    private static int topK(PredictionRequest request, VisionTask task) {
        int topK = request.topK().orElse(Math.min(USUAL_TOP_K, task.labels().size()));
        task.checkTopK(topK);
        return topK;
    }

    private static void checkScores(PredictionRequest request, VisionTask task) {
        request.label().ifPresent(task::expectLabel);
        if (request.rendering().hasScores() && request.maskSize().equals(Optional.of(MaskSize.INPUT))) {
            throw new InvalidRequestException(
                    "the scores of a mask have the network's size; leave maskSize out beside scores");
        }
    }

    private static void checkRendering(PredictionRequest request, VisionTask task) {
        Rendering rendering = request.rendering();
        if (rendering != Rendering.VALUES && task.kind() != TaskKind.SEGMENTATION) {
            throw new InvalidRequestException("model %s classifies: %s"
                    .formatted(
                            request.model(),
                            rendering.hasScores()
                                    ? "its answer has the probability of each class already; leave scores out"
                                    : "only a segmentation can be rendered as an image"));
        }
    }
}
