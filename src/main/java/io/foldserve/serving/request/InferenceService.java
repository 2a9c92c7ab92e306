package io.foldserve.serving.request;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.catalogue.VariantAddress;
import io.foldserve.serving.experiment.AnsweredRequest.AnsweredPicture;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.experiment.SeenPicture;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.meter.Stage;
import io.foldserve.task.Answer;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.ServingGraph;
import io.foldserve.task.TaskKind;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.ImageException;
import io.foldserve.task.image.ImageLimits;
import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Answers requests that bring pictures as tensors and want the network's own outputs: admitted, queued, run and counted
 * as {@link PredictionService} does it, and on the same queue. Thread-safe.
 */
public final class InferenceService {
    /** How many pictures one request may bring: they are run one after another, while others wait. */
    public static final int MOST_PICTURES = 64;

    private final Intake intake;
    private final Cores cores;
    private final Experiments experiments;

    InferenceService(Intake intake, Cores cores, Experiments experiments) {
        this.intake = intake;
        this.cores = cores;
        this.experiments = experiments;
    }

    /**
     * Decides by its head alone whether a request to {@code name}, a model or {@code model.variant}, can be answered
     * now.
     *
     * @throws UnknownNameException if there is no such model or variant
     * @throws NotReadyException if the model is not served now
     * @throws QueueFullException if it would wait too long
     */
    public InferenceAdmission admit(String name) {
        VariantAddress address = VariantAddress.of(intake.catalogue(), name);
        return intake.admit(address.model(), (lease, start) -> {
            address.variant().ifPresent(lease.model()::expectVariant);
            intake.expectRoom(new Demand(address.model(), 1));
            return new InferenceAdmission(
                    lease,
                    address.variant(),
                    intake.budget(),
                    outcome -> intake.refused(address.model(), outcome, start));
        });
    }

    /** Counts a request to {@code name} that was refused before anything could be asked of {@link #admit}. */
    public void refused(String name, Outcome outcome) {
        String model = VariantAddress.of(intake.catalogue(), name).model();
        intake.refused(model, outcome, intake.nanoClock().getAsLong());
    }

    /**
     * Accepts an admitted request and answers it later, or refuses it at once.
     *
     * @param variant the variant that the body names, if it names one
     * @param unit by which a sticky experiment deals the request, if neither head nor body name a variant
     * @param inputs 1 to {@link #MOST_PICTURES} pictures
     * @return the accepted request's ticket; its result may still fail with {@link ImageException},
     *     {@link DeadlineExceededException} or {@link CancellationException}
     * @throws InvalidRequestException if head and body name different variants or units, or a unit without use
     * @throws UnknownNameException if the model has no such variant
     * @throws QueueFullException if it would wait too long, or there is no room for the answer
     * @throws NotReadyException if the service is shutting down
     */
    public Ticket<Inference> infer(
            InferenceAdmission admitted, Optional<String> variant, SaidUnit unit, List<NetworkInput> inputs) {
        return admitted.handOver(() -> {
            Optional<Dealt> dealt = dealt(admitted, variant, unit);
            LoadedVariant chosen = admitted.model()
                    .expectVariant(dealt.map(Dealt::variant)
                            .or(() -> variant)
                            .or(admitted::variant)
                            .orElseThrow());
            return intake.submit(
                    admitted,
                    accepted -> answer(accepted, new Work(admitted, chosen, dealt, inputs)),
                    new Demand(chosen.model(), inputs.size()),
                    (outcome, accepted) -> intake.count(chosen, outcome, accepted));
        });
    }

    /** How the request is dealt, unless it names its variant. */
    private static Optional<Dealt> dealt(InferenceAdmission admitted, Optional<String> variant, SaidUnit unit) {
        Optional<String> head = admitted.variant();
        if (head.isPresent() && variant.isPresent() && !head.equals(variant)) {
            throw new InvalidRequestException("the model's name asks for variant '%s', the parameter variant for '%s'"
                    .formatted(head.get(), variant.get()));
        }
        return head.isPresent() || variant.isPresent() ? Optional.empty() : Optional.of(unit.deal(admitted.model()));
    }

    /** What is to be done for a request, all its pictures by one variant. */
    private record Work(
            InferenceAdmission admitted, LoadedVariant variant, Optional<Dealt> dealt, List<NetworkInput> inputs) {
        VisionTask task() {
            return admitted.model().task();
        }

        Optional<String> experiment() {
            return dealt.map(Dealt::experiment).filter(Experiment::isDeclared).map(Experiment::name);
        }
    }

    private Inference answer(Ticket<Inference> ticket, Work work) throws InterruptedException {
        HeldMemory memory = work.admitted().memory();
        memory.beginWork();
        try {
            memory.hold(work.task().workingBytes());
            return inference(ticket, work);
        } finally {
            memory.endWork();
        }
    }

    private Inference inference(Ticket<Inference> ticket, Work work) throws InterruptedException {
        LoadedVariant variant = work.variant();
        Optional<DealtAnswers> answers = work.dealt()
                .map(dealt -> new DealtAnswers(experiments, work.admitted().model(), dealt));
        StageClock clock = new StageClock(intake.meters(), variant, intake.nanoClock(), ticket);
        clock.ends(Stage.QUEUE);
        List<Tensor> outputs = new ArrayList<>(work.inputs().size());
        for (NetworkInput input : work.inputs()) {
            ticket.expectWanted();
            Seen seen = seen(work, input, ticket, clock);
            Map<String, Tensor> answered = run(variant, seen.picture());
            clock.adds(Stage.INFER);
            Answer answer = work.task().postprocess(answered, 1);
            outputs.add(Objects.requireNonNull(answered.get(output(work.task()))));
            clock.adds(Stage.POSTPROCESS);
            Map<Stage, Long> nanos = clock.endsPicture();
            answers.ifPresent(all -> all.add(seen.picture(), seen.width(), seen.height(), answer, nanos));
        }
        clock.recordSums();
        List<String> ids = answers.map(DealtAnswers::handOver).orElse(List.of());
        return new Inference(variant.name(), work.experiment(), ids, outputs);
    }

    /** A picture as the network sees it, and its size as it was sent. */
    private record Seen(SeenPicture picture, int width, int height) {}

    private Seen seen(Work work, NetworkInput input, Ticket<Inference> ticket, StageClock clock) {
        if (input instanceof NetworkInput.Normalised normalised) {
            return new Seen(
                    new SeenPicture.Normalised(normalised.image()),
                    AnsweredPicture.NETWORK_SIZE,
                    AnsweredPicture.NETWORK_SIZE);
        }
        HeldMemory memory = work.admitted().memory();
        ImageLimits limits = intake.limits(memory, ticket);
        return memory.lend(() -> prepare(work.task(), input, limits, clock));
    }

    private Map<String, Tensor> run(LoadedVariant variant, SeenPicture picture) throws InterruptedException {
        if (picture instanceof SeenPicture.Prepared prepared) {
            return cores.run(variant.session(), prepared.image().inputs());
        }
        return cores.run(variant.normalised().threads(), () -> picture.run(variant));
    }

    private static Seen prepare(VisionTask task, NetworkInput input, ImageLimits limits, StageClock clock) {
        RasterImage picture = input instanceof NetworkInput.Pixels pixels
                ? pixels.picture()
                : task.decode(((NetworkInput.Encoded) input).bytes(), limits);
        clock.adds(Stage.DECODE);
        PreparedImage prepared = task.preprocess(picture);
        clock.adds(Stage.PREPROCESS);
        return new Seen(new SeenPicture.Prepared(prepared), picture.width(), picture.height());
    }

    private static String output(VisionTask task) {
        return task.kind() == TaskKind.CLASSIFICATION ? ServingGraph.LOGITS : ServingGraph.MASK;
    }
}
