package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.serving.meter.Stage;
import io.foldserve.serving.request.PredictionRequest.Rendering;
import io.foldserve.task.Answer;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.MaskSize;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.SegmentationAnswer;
import io.foldserve.task.TaskKind;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.ImageException;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.Map;
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

    private final Catalogue catalogue;
    private final RequestQueue queue;
    private final BodyMemory bodies;
    private final Cores cores;
    private final ImageLimits limits;
    private final Duration deadline;
    private final RequestMeters meters;
    private final LongSupplier nanoClock;

    /**
     * A service over {@code catalogue}.
     *
     * @param queue the queue whose workers do the work
     * @param bodies what the requests' bodies may hold together
     * @param cores how many threads the runs of all sessions may have together, at least 1
     * @param limits what is decoded at most
     * @param deadline how long after its acceptance a request is still worth answering
     * @param meters what durations and outcomes are recorded in
     * @param nanoClock the queue's clock, in nanoseconds
     */
    public PredictionService(
            Catalogue catalogue,
            RequestQueue queue,
            BodyMemory bodies,
            int cores,
            ImageLimits limits,
            Duration deadline,
            RequestMeters meters,
            LongSupplier nanoClock) {
        this.catalogue = catalogue;
        this.queue = queue;
        this.bodies = bodies;
        this.cores = new Cores(cores, queue::present);
        this.limits = limits;
        this.deadline = deadline;
        this.meters = meters;
        this.nanoClock = nanoClock;
    }

    /**
     * Decides by its head alone whether {@code request} can be answered now, before its body takes time and memory.
     *
     * @throws UnknownNameException if there is no such model or variant
     * @throws NotReadyException if the model is not served now
     * @throws InvalidRequestException if the model cannot give what is asked for
     * @throws QueueFullException if too many requests wait
     */
    public Admission admit(PredictionRequest request) {
        long start = nanoClock.getAsLong();
        try {
            ModelLease lease = catalogue.lease(request.model());
            try {
                return admit(request, lease, start);
            } catch (RuntimeException failure) {
                lease.close();
                throw failure;
            }
        } catch (RuntimeException failure) {
            refused(request.model(), Refusal.of(failure).outcome(), start);
            throw failure;
        }
    }

    private Admission admit(PredictionRequest request, ModelLease lease, long start) {
        ServedModel model = lease.model();
        int topK = topK(request, model.task());
        checkRendering(request, model.task());
        request.maskSize().ifPresent(model.task()::checkMaskSize);
        MaskSize maskSize = request.maskSize().orElse(model.task().maskSize());
        LoadedVariant variant = request.variant().map(model::expectVariant).orElseGet(model::next);
        queue.expectRoom();
        Consumer<Outcome> end = outcome -> record(variant, outcome, start);
        return new Admission(request, model.task(), variant, topK, maskSize, bodies, end, lease);
    }

    /** The service for requests that bring tensors: on the same queue, within the same bounds, in the same meters. */
    public InferenceService inferences() {
        return new InferenceService(catalogue, queue, bodies, cores, limits, deadline, meters, nanoClock);
    }

    /** Counts a request to {@code model} that was refused before anything could be asked of {@link #admit}. */
    public void refused(String model, Outcome outcome) {
        refused(model, outcome, nanoClock.getAsLong());
    }

    private void refused(String model, Outcome outcome, long startNanos) {
        String known = catalogue.find(model).map(CatalogueEntry::name).orElse(RequestMeters.NONE);
        meters.request(known, RequestMeters.NONE, outcome, nanoClock.getAsLong() - startNanos);
    }

    /**
     * Accepts an admitted request and answers it later, or refuses it at once.
     *
     * @param image the encoded picture, which is not copied: the caller gives up writing to it
     * @return the accepted request's ticket; its result may still fail with {@link ImageException},
     *     {@link DeadlineExceededException} or {@link CancellationException}
     * @throws QueueFullException if too many requests wait
     * @throws NotReadyException if the service is shutting down
     */
    public Ticket<Prediction> predict(Admission admitted, byte[] image) {
        admitted.model().working();
        try {
            Ticket<Prediction> ticket = queue.submit(accepted -> answer(accepted, image, admitted), deadline);
            ticket.onSettled(failure -> {
                admitted.model().release();
                record(admitted.variant(), outcome(failure), ticket.acceptedNanos());
            });
            return ticket;
        } catch (RuntimeException failure) {
            admitted.ended(Refusal.of(failure).outcome());
            throw failure;
        }
    }

    private void record(LoadedVariant variant, Outcome outcome, long startNanos) {
        meters.request(variant.model(), variant.name(), outcome, nanoClock.getAsLong() - startNanos);
    }

    private static Outcome outcome(Optional<Throwable> failure) {
        return failure.map(Refusal::of).map(Refusal::outcome).orElse(Outcome.OK);
    }

    private static int topK(PredictionRequest request, VisionTask task) {
        int topK = request.topK().orElse(Math.min(USUAL_TOP_K, task.labels().size()));
        task.checkTopK(topK);
        return topK;
    }

    private static void checkRendering(PredictionRequest request, VisionTask task) {
        if (request.rendering() != Rendering.VALUES && task.kind() != TaskKind.SEGMENTATION) {
            throw new InvalidRequestException(
                    "model %s classifies: only a segmentation can be rendered as an image".formatted(request.model()));
        }
    }

    private Prediction answer(Ticket<Prediction> ticket, byte[] image, Admission admitted) throws InterruptedException {
        PredictionRequest request = admitted.request();
        VisionTask task = admitted.task();
        LoadedVariant variant = admitted.variant();
        StageClock clock = new StageClock(meters, variant, nanoClock, ticket.acceptedNanos());
        clock.ends(Stage.QUEUE);
        RasterImage decoded = task.decode(image, limits);
        clock.ends(Stage.DECODE);
        PreparedImage prepared = task.preprocess(decoded);
        // A large picture is kept during the run only where the answer takes its size.
        RasterImage shown = admitted.maskSize() == MaskSize.INPUT ? decoded : prepared.picture();
        clock.ends(Stage.PREPROCESS);
        ticket.expectWanted();
        Map<String, Tensor> outputs = cores.run(variant.session(), prepared.inputs());
        clock.ends(Stage.INFER);
        Answer answer = task.postprocess(outputs, admitted.topK());
        if (answer instanceof SegmentationAnswer mask && admitted.maskSize() == MaskSize.INPUT) {
            answer = task.atSizeOf(shown, mask);
        }
        Optional<byte[]> png = render(request.rendering(), answer, shown);
        clock.ends(Stage.POSTPROCESS);
        return new Prediction(request.model(), variant.name(), answer, png);
    }

    private static Optional<byte[]> render(Rendering rendering, Answer answer, RasterImage shown) {
        if (!(answer instanceof SegmentationAnswer mask)) {
            return Optional.empty();
        }
        return switch (rendering) {
            case VALUES -> Optional.empty();
            case MASK -> Optional.of(mask.maskPng());
            case OVERLAY -> Optional.of(mask.overlayPng(shown));
        };
    }
}
