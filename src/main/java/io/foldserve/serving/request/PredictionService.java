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
import io.foldserve.serving.experiment.AnsweredRequest;
import io.foldserve.serving.experiment.Experiments;
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

    /** An overlay in the picture's size has the picture, itself and its file. */
    private static final long KEPT_BYTES_A_PIXEL = 7;

    private final Catalogue catalogue;
    private final RequestQueue queue;
    private final MemoryBudget budget;
    private final Cores cores;
    private final ImageLimits limits;
    private final Duration deadline;
    private final RequestMeters meters;
    private final Experiments experiments;
    private final LongSupplier nanoClock;

    /**
     * A service over {@code catalogue}.
     *
     * @param queue the queue whose workers do the work
     * @param budget what all requests may hold together
     * @param cores how many threads the runs of all sessions may have together, at least 1
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
            int cores,
            ImageLimits limits,
            Duration deadline,
            RequestMeters meters,
            Experiments experiments,
            LongSupplier nanoClock) {
        this.catalogue = catalogue;
        this.queue = queue;
        this.budget = budget;
        this.cores = new Cores(cores, queue::present);
        this.limits = limits;
        this.deadline = deadline;
        this.meters = meters;
        this.experiments = experiments;
        this.nanoClock = nanoClock;
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
        long start = nanoClock.getAsLong();
        try {
            ModelLease lease = catalogue.lease(request.model());
            try {
                return admit(request, unit, lease, start);
            } catch (RuntimeException failure) {
                lease.close();
                throw failure;
            }
        } catch (RuntimeException failure) {
            refused(request.model(), Refusal.of(failure).outcome(), start);
            throw failure;
        }
    }

    private Admission admit(PredictionRequest request, UnitLookup unit, ModelLease lease, long start) {
        ServedModel model = lease.model();
        int topK = topK(request, model.task());
        checkRendering(request, model.task());
        request.maskSize().ifPresent(model.task()::checkMaskSize);
        MaskSize maskSize = request.maskSize().orElse(model.task().maskSize());
        Optional<Dealt> dealt = request.variant().isPresent() ? Optional.empty() : Optional.of(model.deal(unit));
        LoadedVariant variant = model.expectVariant(
                request.variant().or(() -> dealt.map(Dealt::variant)).orElseThrow());
        queue.expectRoom(new Demand(request.model(), 1), deadline);
        Consumer<Outcome> end = outcome -> record(variant, outcome, start);
        return new Admission(request, model.task(), variant, dealt, topK, maskSize, budget, end, lease);
    }

    /** The query parameter in which requests to {@code model} say their unit, if they do. */
    public Optional<String> unitParameter(String model) {
        return catalogue
                .find(model)
                .flatMap(CatalogueEntry::served)
                .flatMap(served -> served.experiment().unit())
                .filter(unit -> unit.kind() == UnitSource.Kind.QUERY)
                .map(UnitSource::name);
    }

    /** The service for requests that bring tensors: on the same queue, within the same bounds, in the same meters. */
    public InferenceService inferences() {
        return new InferenceService(catalogue, queue, budget, cores, limits, deadline, meters, nanoClock);
    }

    /** The service that asks every variant about one picture: on the same queue, within the same bounds. */
    public ComparisonService comparisons() {
        return new ComparisonService(catalogue, queue, budget, cores, limits, deadline, meters, nanoClock);
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
     * @throws QueueFullException if it would wait too long
     * @throws NotReadyException if the service is shutting down
     */
    public Ticket<Prediction> predict(Admission admitted, byte[] image) {
        admitted.model().working();
        try {
            Ticket<Prediction> ticket = queue.submit(
                    accepted -> answer(accepted, image, admitted),
                    new Demand(admitted.variant().model(), 1),
                    deadline);
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

    private Prediction answer(Ticket<Prediction> ticket, byte[] encoded, Admission admitted)
            throws InterruptedException {
        StageClock clock = new StageClock(meters, admitted.variant(), nanoClock, ticket);
        clock.ends(Stage.QUEUE);
        HeldMemory memory = admitted.memory();
        memory.beginWork();
        try {
            memory.hold(admitted.task().workingBytes());
            ShownImage image = prepare(encoded, admitted, ticket, clock);
            ticket.expectWanted();
            return answer(image, admitted, clock);
        } finally {
            memory.endWork();
        }
    }

    /**
     * A picture for the network, and for the answer.
     *
     * @param shown what an overlay is laid over
     * @param width of the picture that was sent
     * @param height of the picture that was sent
     */
    private record ShownImage(PreparedImage prepared, RasterImage shown, int width, int height) {}

    /** What decoding holds is given back with the decoded picture, unless the answer takes its size. */
    private ShownImage prepare(byte[] image, Admission admitted, Ticket<Prediction> ticket, StageClock clock) {
        VisionTask task = admitted.task();
        HeldMemory memory = admitted.memory();
        boolean kept = admitted.maskSize() == MaskSize.INPUT;
        long before = memory.held();
        try {
            RasterImage decoded = task.decode(image, limits.within(memory::hold, ticket::expectWanted));
            clock.ends(Stage.DECODE);
            PreparedImage prepared = task.preprocess(decoded);
            clock.ends(Stage.PREPROCESS);
            if (kept) {
                memory.hold(KEPT_BYTES_A_PIXEL * decoded.width() * decoded.height());
            }
            return new ShownImage(prepared, kept ? decoded : prepared.picture(), decoded.width(), decoded.height());
        } finally {
            if (!kept) {
                memory.release(memory.held() - before);
            }
        }
    }

    private Prediction answer(ShownImage image, Admission admitted, StageClock clock) throws InterruptedException {
        PredictionRequest request = admitted.request();
        VisionTask task = admitted.task();
        LoadedVariant variant = admitted.variant();
        Map<String, Tensor> outputs =
                cores.run(variant.session(), image.prepared().inputs());
        clock.ends(Stage.INFER);
        Answer answer = task.postprocess(outputs, admitted.topK());
        Answer given = answer;
        if (answer instanceof SegmentationAnswer mask && admitted.maskSize() == MaskSize.INPUT) {
            answer = task.atSizeOf(image.shown(), mask);
        }
        Optional<byte[]> png = render(request.rendering(), answer, image.shown());
        clock.ends(Stage.POSTPROCESS);
        Optional<String> id = admitted.dealt().map(dealt -> learn(image, admitted, given, clock.ended()));
        return new Prediction(id, request.model(), variant.name(), admitted.experiment(), answer, png);
    }

    /** Hands an answer over to its experiment, under a new id. */
    private String learn(ShownImage image, Admission admitted, Answer given, Map<Stage, Long> nanos) {
        String id = experiments.nextId();
        experiments.answered(new AnsweredRequest(
                id,
                admitted.model().model(),
                admitted.dealt().orElseThrow(),
                image.prepared(),
                image.width(),
                image.height(),
                given,
                nanos));
        return id;
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
