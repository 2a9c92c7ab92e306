package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.meter.Stage;
import io.foldserve.serving.request.Comparison.Answered;
import io.foldserve.task.Answer;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.ImageException;
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
    private final Intake intake;
    private final Cores cores;
    private final AtomicInteger turn = new AtomicInteger();

    ComparisonService(Intake intake, Cores cores) {
        this.intake = intake;
        this.cores = cores;
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
        return intake.admit(model, (lease, start) -> {
            topK.ifPresent(lease.model().task()::checkTopK);
            intake.expectRoom(demand(lease.model()));
            return new InferenceAdmission(
                    lease, Optional.empty(), intake.budget(), outcome -> intake.refused(model, outcome, start));
        });
    }

    /** One run of each variant. */
    private static Demand demand(ServedModel model) {
        return new Demand(model.name(), model.variants().size());
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
        String model = admitted.model().name();
        return admitted.handOver(() -> intake.submit(
                admitted,
                accepted -> compare(accepted, admitted, image),
                demand(admitted.model()),
                (outcome, accepted) -> intake.refused(model, outcome, accepted)));
    }

    private Comparison compare(Ticket<Comparison> ticket, InferenceAdmission admitted, byte[] image)
            throws InterruptedException {
        ServedModel model = admitted.model();
        Laps laps = new Laps(intake.nanoClock(), ticket.acceptedNanos());
        laps.ends(Stage.QUEUE);
        admitted.memory().beginWork();
        try {
            admitted.memory()
                    .hold(model.task().workingBytes() * (1 + model.variants().size()));
            PreparedImage prepared = admitted.memory().lend(() -> prepare(ticket, admitted, image, laps));
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

    private PreparedImage prepare(Ticket<Comparison> ticket, InferenceAdmission admitted, byte[] image, Laps laps) {
        VisionTask task = admitted.model().task();
        RasterImage decoded = task.decode(image, intake.limits(admitted.memory(), ticket));
        laps.ends(Stage.DECODE);
        PreparedImage prepared = task.preprocess(decoded);
        laps.ends(Stage.PREPROCESS);
        return prepared;
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
        Laps laps = new Laps(intake.nanoClock(), intake.nanoClock().getAsLong());
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
