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
import io.foldserve.serving.request.Comparison.Answered;
import io.foldserve.task.Answer;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.ImageException;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Asks every variant of a model about one picture: admitted and queued as {@link PredictionService} does it, on the
 * same queue and within the same bounds. A comparison is nobody's traffic: it is counted under no variant, and its
 * stages in no meter. Thread-safe.
 */
public final class ComparisonService {
    private final Catalogue catalogue;
    private final RequestQueue queue;
    private final MemoryBudget budget;
    private final Cores cores;
    private final ImageLimits limits;
    private final Duration deadline;
    private final RequestMeters meters;
    private final LongSupplier nanoClock;
    private final AtomicInteger turn = new AtomicInteger();

    ComparisonService(
            Catalogue catalogue,
            RequestQueue queue,
            MemoryBudget budget,
            Cores cores,
            ImageLimits limits,
            Duration deadline,
            RequestMeters meters,
            LongSupplier nanoClock) {
        this.catalogue = catalogue;
        this.queue = queue;
        this.budget = budget;
        this.cores = cores;
        this.limits = limits;
        this.deadline = deadline;
        this.meters = meters;
        this.nanoClock = nanoClock;
    }

    /**
     * Decides by its head alone whether a comparison on {@code model} can be made now.
     *
     * @param topK how many of its best classes a variant shows; empty for as many as it has
     * @throws InvalidRequestException if no answer has as many
     * @throws UnknownNameException if there is no such model
     * @throws NotReadyException if the model is not served now
     * @throws QueueFullException if too many requests wait
     */
    public InferenceAdmission admit(String model, OptionalInt topK) {
        long start = nanoClock.getAsLong();
        try {
            ModelLease lease = catalogue.lease(model);
            try {
                topK.ifPresent(lease.model().task()::checkTopK);
                queue.expectRoom(demand(lease.model()), deadline);
                return new InferenceAdmission(
                        lease, Optional.empty(), budget, outcome -> record(model, outcome, start));
            } catch (RuntimeException failure) {
                lease.close();
                throw failure;
            }
        } catch (RuntimeException failure) {
            record(model, Refusal.of(failure).outcome(), start);
            throw failure;
        }
    }

    /** One run of each variant. */
    private static Demand demand(ServedModel model) {
        return new Demand(model.name(), model.variants().size());
    }

    private void record(String model, Outcome outcome, long startNanos) {
        String known = catalogue.find(model).map(CatalogueEntry::name).orElse(RequestMeters.NONE);
        meters.request(known, RequestMeters.NONE, outcome, nanoClock.getAsLong() - startNanos);
    }

    /**
     * Accepts an admitted comparison and makes it later, or refuses it at once.
     *
     * @param image the encoded picture, which is not copied: the caller gives up writing to it
     * @return the accepted request's ticket; its result may still fail with {@link ImageException},
     *     {@link DeadlineExceededException} or {@link CancellationException}
     * @throws QueueFullException if too many requests wait
     * @throws NotReadyException if the service is shutting down
     */
    public Ticket<Comparison> compare(InferenceAdmission admitted, byte[] image) {
        admitted.held().working();
        try {
            Ticket<Comparison> ticket =
                    queue.submit(accepted -> compare(accepted, admitted, image), demand(admitted.model()), deadline);
            ticket.onSettled(failure -> {
                admitted.held().release();
                Outcome outcome = failure.map(Refusal::of).map(Refusal::outcome).orElse(Outcome.OK);
                record(admitted.model().name(), outcome, ticket.acceptedNanos());
            });
            return ticket;
        } catch (RuntimeException failure) {
            admitted.ended(Refusal.of(failure).outcome());
            throw failure;
        }
    }

    private Comparison compare(Ticket<Comparison> ticket, InferenceAdmission admitted, byte[] image)
            throws InterruptedException {
        ServedModel model = admitted.model();
        Laps laps = new Laps(nanoClock, ticket.acceptedNanos());
        laps.ends(Stage.QUEUE);
        admitted.memory().beginWork();
        try {
            admitted.memory()
                    .hold(model.task().workingBytes() * (1 + model.variants().size()));
            PreparedImage prepared = prepare(ticket, admitted, image, laps);
            List<Answered> answers = answers(ticket, model, prepared);
            return new Comparison(
                    model.name(),
                    model.task().kind(),
                    model.task().labels(),
                    prepared.picture(),
                    laps.stages,
                    answers,
                    AnswerAgreement.withBaseline(answers, model.task().labels().size()));
        } finally {
            admitted.memory().endWork();
        }
    }

    /** What decoding holds is given back with the decoded picture. */
    private PreparedImage prepare(Ticket<Comparison> ticket, InferenceAdmission admitted, byte[] image, Laps laps) {
        VisionTask task = admitted.model().task();
        HeldMemory memory = admitted.memory();
        long before = memory.held();
        try {
            RasterImage decoded = task.decode(image, limits.within(memory::hold, ticket::expectWanted));
            laps.ends(Stage.DECODE);
            PreparedImage prepared = task.preprocess(decoded);
            laps.ends(Stage.PREPROCESS);
            return prepared;
        } finally {
            memory.release(memory.held() - before);
        }
    }

    /** The first to run finds cold caches, so each comparison begins with the next variant. */
    private List<Answered> answers(Ticket<Comparison> ticket, ServedModel model, PreparedImage prepared)
            throws InterruptedException {
        List<LoadedVariant> variants = model.variants();
        LoadedVariant baseline = model.baseline().orElse(variants.get(0));
        int first = Math.floorMod(turn.getAndIncrement(), variants.size());
        List<Optional<Answered>> answers = new ArrayList<>();
        variants.forEach(variant -> answers.add(Optional.empty()));
        for (int i = 0; i < variants.size(); i++) {
            int place = (first + i) % variants.size();
            ticket.expectWanted();
            LoadedVariant variant = variants.get(place);
            answers.set(place, Optional.of(answer(model.task(), variant, variant.equals(baseline), prepared)));
        }
        return answers.stream().map(Optional::orElseThrow).toList();
    }

    private Answered answer(VisionTask task, LoadedVariant variant, boolean baseline, PreparedImage prepared)
            throws InterruptedException {
        Laps laps = new Laps(nanoClock, nanoClock.getAsLong());
        Map<String, Tensor> outputs = cores.run(variant.session(), prepared.inputs());
        laps.ends(Stage.INFER);
        Answer answer = task.postprocess(outputs, task.labels().size());
        laps.ends(Stage.POSTPROCESS);
        return new Answered(variant.name(), baseline, answer, laps.stages);
    }

    /** How long stages take, each since the one before. Belongs to one thread. */
    private static final class Laps {
        private final LongSupplier nanoClock;
        private final Map<Stage, Duration> stages = new EnumMap<>(Stage.class);
        private long since;

        Laps(LongSupplier nanoClock, long since) {
            this.nanoClock = nanoClock;
            this.since = since;
        }

        void ends(Stage stage) {
            long now = nanoClock.getAsLong();
            stages.put(stage, Duration.ofNanos(now - since));
            since = now;
        }
    }
}
