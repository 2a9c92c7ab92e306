package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.NetworkOnDemand;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.catalogue.VariantAddress;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.meter.Stage;
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

    InferenceService(Intake intake, Cores cores) {
        this.intake = intake;
        this.cores = cores;
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
     * @param inputs 1 to {@link #MOST_PICTURES} pictures
     * @return the accepted request's ticket; its result may still fail with {@link ImageException},
     *     {@link DeadlineExceededException} or {@link CancellationException}
     * @throws InvalidRequestException if head and body name different variants
     * @throws UnknownNameException if the model has no such variant
     * @throws QueueFullException if it would wait too long, or there is no room for the answer
     * @throws NotReadyException if the service is shutting down
     */
    public Ticket<Inference> infer(InferenceAdmission admitted, Optional<String> variant, List<NetworkInput> inputs) {
        return admitted.handOver(() -> {
            LoadedVariant chosen = chosen(admitted, variant);
            return intake.submit(
                    admitted,
                    accepted -> answer(accepted, admitted, chosen, inputs),
                    new Demand(chosen.model(), inputs.size()),
                    (outcome, accepted) -> intake.count(chosen, outcome, accepted));
        });
    }

    private static LoadedVariant chosen(InferenceAdmission admitted, Optional<String> variant) {
        Optional<String> head = admitted.variant();
        if (head.isPresent() && variant.isPresent() && !head.equals(variant)) {
            throw new InvalidRequestException("the model's name asks for variant '%s', the parameter variant for '%s'"
                    .formatted(head.get(), variant.get()));
        }
        ServedModel model = admitted.model();
        return variant.or(() -> head).map(model::expectVariant).orElseGet(model::next);
    }

    private Inference answer(
            Ticket<Inference> ticket, InferenceAdmission admitted, LoadedVariant variant, List<NetworkInput> inputs)
            throws InterruptedException {
        admitted.memory().beginWork();
        try {
            admitted.memory().hold(admitted.model().task().workingBytes());
            return inference(ticket, admitted, variant, inputs);
        } finally {
            admitted.memory().endWork();
        }
    }

    private Inference inference(
            Ticket<Inference> ticket, InferenceAdmission admitted, LoadedVariant variant, List<NetworkInput> inputs)
            throws InterruptedException {
        VisionTask task = admitted.model().task();
        StageClock clock = new StageClock(intake.meters(), variant, intake.nanoClock(), ticket);
        clock.ends(Stage.QUEUE);
        List<Tensor> outputs = new ArrayList<>(inputs.size());
        for (NetworkInput input : inputs) {
            ticket.expectWanted();
            Map<String, Tensor> answered = input instanceof NetworkInput.Normalised normalised
                    ? run(variant.normalised(), normalised.image())
                    : run(admitted, variant, input, ticket, clock);
            clock.adds(Stage.INFER);
            task.postprocess(answered, 1);
            outputs.add(Objects.requireNonNull(answered.get(output(task))));
            clock.adds(Stage.POSTPROCESS);
        }
        clock.recordSums();
        return new Inference(variant.name(), outputs);
    }

    private Map<String, Tensor> run(
            InferenceAdmission admitted,
            LoadedVariant variant,
            NetworkInput input,
            Ticket<Inference> ticket,
            StageClock clock)
            throws InterruptedException {
        HeldMemory memory = admitted.memory();
        ImageLimits limits = intake.limits(memory, ticket);
        PreparedImage prepared = memory.lend(() -> prepare(admitted.model().task(), input, limits, clock));
        return cores.run(variant.session(), prepared.inputs());
    }

    private static PreparedImage prepare(VisionTask task, NetworkInput input, ImageLimits limits, StageClock clock) {
        RasterImage picture = input instanceof NetworkInput.Pixels pixels
                ? pixels.picture()
                : task.decode(((NetworkInput.Encoded) input).bytes(), limits);
        clock.adds(Stage.DECODE);
        PreparedImage prepared = task.preprocess(picture);
        clock.adds(Stage.PREPROCESS);
        return prepared;
    }

    private Map<String, Tensor> run(NetworkOnDemand network, Tensor image) throws InterruptedException {
        return cores.run(network.threads(), () -> network.run(image));
    }

    private static String output(VisionTask task) {
        return task.kind() == TaskKind.CLASSIFICATION ? ServingGraph.LOGITS : ServingGraph.MASK;
    }
}
