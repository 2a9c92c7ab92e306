package io.foldserve.serving.request;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.NetworkOnDemand;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.experiment.SeenPicture;
import io.foldserve.serving.meter.Stage;
import io.foldserve.serving.request.PredictionRequest.Rendering;
import io.foldserve.task.Answer;
import io.foldserve.task.MaskScores;
import io.foldserve.task.MaskSize;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.SegmentationAnswer;
import io.foldserve.task.VisionTask;
import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/** What a worker does for a prediction, stage by stage. Immutable; thread-safe. */
record PredictionWork(Intake intake, Cores cores, Experiments experiments) {
    /** An overlay in the picture's size has the picture, itself and its file. */
    private static final long KEPT_BYTES_A_PIXEL = 7;

    /** Answers {@code encoded}, a picture as it was sent. */
    Prediction answer(Ticket<Prediction> ticket, byte[] encoded, Admission admitted) throws InterruptedException {
        StageClock clock = new StageClock(intake.meters(), admitted.variant(), intake.nanoClock(), ticket);
        clock.ends(Stage.QUEUE);
        HeldMemory memory = admitted.memory();
        memory.beginWork();
        try {
            memory.hold(admitted.task().workingBytes());
            if (admitted.request().rendering().hasScores()) {
                memory.hold(admitted.task().scoresBytes());
            }
            ShownImage image = admitted.maskSize() == MaskSize.INPUT
                    ? keep(encoded, admitted, ticket, clock)
                    : memory.lend(
                            () -> prepare(encoded, admitted, ticket, clock).small());
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
    private record ShownImage(PreparedImage prepared, RasterImage shown, int width, int height) {
        /** The same, shown as the network sees it. */
        ShownImage small() {
            return new ShownImage(prepared, prepared.picture(), width, height);
        }
    }

    /** A picture whose own size the answer takes. */
    private ShownImage keep(byte[] image, Admission admitted, Ticket<Prediction> ticket, StageClock clock) {
        ShownImage kept = prepare(image, admitted, ticket, clock);
        admitted.memory().hold(KEPT_BYTES_A_PIXEL * kept.width() * kept.height());
        return kept;
    }

    private ShownImage prepare(byte[] image, Admission admitted, Ticket<Prediction> ticket, StageClock clock) {
        VisionTask task = admitted.task();
        RasterImage decoded = task.decode(image, intake.limits(admitted.memory(), ticket));
        clock.ends(Stage.DECODE);
        PreparedImage prepared = task.preprocess(decoded);
        clock.ends(Stage.PREPROCESS);
        return new ShownImage(prepared, decoded, decoded.width(), decoded.height());
    }

    private Prediction answer(ShownImage image, Admission admitted, StageClock clock) throws InterruptedException {
        PredictionRequest request = admitted.request();
        VisionTask task = admitted.task();
        LoadedVariant variant = admitted.variant();
        Map<String, Tensor> outputs = run(variant, request.rendering(), image.prepared());
        clock.ends(Stage.INFER);
        Answer given = task.postprocess(outputs, admitted.topK());
        Answer answer = given instanceof SegmentationAnswer mask && admitted.maskSize() == MaskSize.INPUT
                ? task.atSizeOf(image.shown(), mask)
                : given;
        Optional<AnswerFile> file = request.rendering().hasScores()
                ? Optional.of(scores(request, task, outputs))
                : render(request.rendering(), answer, image.shown());
        clock.ends(Stage.POSTPROCESS);
        Optional<String> id = admitted.dealt().map(dealt -> learn(image, admitted, dealt, given, clock.endsPicture()));
        return new Prediction(id, request.model(), variant.name(), admitted.experiment(), answer, file);
    }

    /** Hands an answer over to its experiment, under a new id. */
    private String learn(ShownImage image, Admission admitted, Dealt dealt, Answer given, Map<Stage, Long> nanos) {
        DealtAnswers answers = new DealtAnswers(experiments, admitted.held().model(), dealt);
        answers.add(new SeenPicture.Prepared(image.prepared()), image.width(), image.height(), given, nanos);
        return answers.handOver().get(0);
    }

    private Map<String, Tensor> run(LoadedVariant variant, Rendering rendering, PreparedImage image)
            throws InterruptedException {
        if (!rendering.hasScores()) {
            return cores.run(variant.session(), image.inputs());
        }
        NetworkOnDemand network = variant.scores().orElseThrow();
        return cores.run(network.threads(), () -> network.run(image.tensor()));
    }

    private static AnswerFile scores(PredictionRequest request, VisionTask task, Map<String, Tensor> outputs) {
        MaskScores scores = task.scores(outputs);
        return request.label()
                .map(label -> AnswerFile.png(scores.png(task.expectLabel(label))))
                .orElseGet(() -> AnswerFile.npy(scores.npy()));
    }

    private static Optional<AnswerFile> render(Rendering rendering, Answer answer, RasterImage shown) {
        if (!(answer instanceof SegmentationAnswer mask)) {
            return Optional.empty();
        }
        return switch (rendering) {
            case MASK -> Optional.of(AnswerFile.png(mask.maskPng()));
            case OVERLAY -> Optional.of(AnswerFile.png(mask.overlayPng(shown)));
            case VALUES, SCORES, SCORE -> Optional.empty();
        };
    }
}
