package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.serving.meter.Stage;
import io.foldserve.serving.request.PredictionRequest.Rendering;
import io.foldserve.task.Answer;
import io.foldserve.task.InvalidRequestException;
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
import java.util.concurrent.Semaphore;
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
    private final MemoryBudget budget;
    private final Semaphore runs;
    private final ImageLimits limits;
    private final Duration deadline;
    private final RequestMeters meters;
    private final LongSupplier nanoClock;

    /**
     * A service over {@code catalogue}.
     *
     * @param queue the queue whose workers do the work
     * @param budget what all requests may hold together
     * @param concurrentRuns how many session runs may be under way at a time, at least 1
     * @param limits what is decoded at most
     * @param deadline how long after its acceptance a request is still worth answering
     * @param meters what durations and outcomes are recorded in
     * @param nanoClock the queue's clock, in nanoseconds
     */
    public PredictionService(
            Catalogue catalogue,
            RequestQueue queue,
            MemoryBudget budget,
            int concurrentRuns,
            ImageLimits limits,
            Duration deadline,
            RequestMeters meters,
            LongSupplier nanoClock) {
        this.catalogue = catalogue;
        this.queue = queue;
        this.budget = budget;
        this.runs = new Semaphore(concurrentRuns, true);
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
            ServedModel model = catalogue.expect(request.model()).expectServed();
            int topK = topK(request, model.task());
            checkRendering(request, model.task());
            LoadedVariant variant = request.variant().map(model::expectVariant).orElseGet(model::next);
            queue.expectRoom();
            return new Admission(
                    request, model.task(), variant, topK, budget, outcome -> record(variant, outcome, start));
        } catch (RuntimeException failure) {
            refused(request.model(), Refusal.of(failure).outcome(), start);
            throw failure;
        }
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
        try {
            Ticket<Prediction> ticket = queue.submit(accepted -> answer(accepted, image, admitted), deadline);
            ticket.onSettled(failure -> record(admitted.variant(), outcome(failure), ticket.acceptedNanos()));
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
        StageClock clock = new StageClock(admitted.variant(), ticket.acceptedNanos());
        clock.ends(Stage.QUEUE);
        admitted.beginWork();
        try {
            admitted.hold(admitted.task().workingBytes());
            PreparedImage prepared = prepare(image, admitted, clock);
            ticket.expectWanted();
            return answer(prepared, admitted, clock);
        } finally {
            admitted.endWork();
        }
    }

    /** What decoding holds is given back with the decoded picture. */
    private PreparedImage prepare(byte[] image, Admission admitted, StageClock clock) {
        VisionTask task = admitted.task();
        long before = admitted.held();
        try {
            RasterImage decoded = task.decode(image, limits.within(admitted::hold));
            clock.ends(Stage.DECODE);
            PreparedImage prepared = task.preprocess(decoded);
            clock.ends(Stage.PREPROCESS);
            return prepared;
        } finally {
            admitted.release(admitted.held() - before);
        }
    }

    private Prediction answer(PreparedImage prepared, Admission admitted, StageClock clock)
            throws InterruptedException {
        PredictionRequest request = admitted.request();
        LoadedVariant variant = admitted.variant();
        Map<String, Tensor> outputs = run(variant, prepared);
        clock.ends(Stage.INFER);
        Answer answer = admitted.task().postprocess(outputs, admitted.topK());
        Optional<byte[]> png = render(request.rendering(), answer, prepared);
        clock.ends(Stage.POSTPROCESS);
        return new Prediction(request.model(), variant.name(), answer, png);
    }

    private Map<String, Tensor> run(LoadedVariant variant, PreparedImage prepared) throws InterruptedException {
        runs.acquire();
        try {
            return variant.session().run(prepared.inputs());
        } finally {
            runs.release();
        }
    }

    private static Optional<byte[]> render(Rendering rendering, Answer answer, PreparedImage prepared) {
        if (!(answer instanceof SegmentationAnswer mask)) {
            return Optional.empty();
        }
        return switch (rendering) {
            case VALUES -> Optional.empty();
            case MASK -> Optional.of(mask.maskPng());
            case OVERLAY -> Optional.of(mask.overlayPng(prepared.picture()));
        };
    }

    /** Records the time since the stage before, and starts the next. Belongs to one request. */
    private final class StageClock {
        private final LoadedVariant variant;
        private long since;

        StageClock(LoadedVariant variant, long since) {
            this.variant = variant;
            this.since = since;
        }

        void ends(Stage stage) {
            long now = nanoClock.getAsLong();
            meters.stage(variant.model(), variant.name(), stage, now - since);
            since = now;
        }
    }
}
