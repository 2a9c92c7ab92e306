package io.foldserve.serving.fit;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Value;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionException;
import io.foldserve.task.Ending;
import io.foldserve.task.TaskKind;
import io.foldserve.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network as a model serves it: one picture in, FLOAT32 {@code [1, C, H, W]} normalised, and one output, FLOAT32
 * {@code [1, classes]} or {@code [1, classes, H, W]}. Immutable.
 *
 * @param graph the network
 * @param ending what its last operators make of its scores; a classification's soft-max or sigmoid is taken off the
 *     graph, for the served graph has its own
 * @param notes what its user should know about it
 */
public record NetworkFit(Graph graph, Ending.Kind ending, List<String> notes) {

    private static final int ONNX_FLOAT = 1;

    /** Copies the notes. */
    public NetworkFit {
        notes = List.copyOf(notes);
    }

    /**
     * The network in the ONNX file of {@code variant}.
     *
     * @throws InvalidInputException with every problem of the file, or with every reason why it does not fit
     */
    public static NetworkFit read(ModelManifest model, VariantManifest variant) {
        FitRequest request = FitRequest.of(model, variant);
        Graph file = OnnxReader.read(variant.checkpoint());
        int newest = ModelSession.NEWEST_OPSET;
        if (file.opset() > newest) {
            throw new InvalidInputException(
                    request.subject(),
                    "uses ONNX's operators in version %d, up to %d is served; export it for opset %d or lower"
                            .formatted(file.opset(), newest, newest));
        }
        Soundness.expect(file, request.subject());
        try {
            return fitted(file, request);
        } catch (SessionException refused) {
            throw new InvalidInputException(request.subject(), String.valueOf(refused.getMessage()));
        }
    }

    private static NetworkFit fitted(Graph file, FitRequest request) {
        List<String> notes = new ArrayList<>();
        PictureInput input = PictureInput.of(file, request.input(), request.subject());
        if (input.batch() > 1) {
            String batch = "the file is for %d pictures at a time, so each is computed %d times; "
                    + "export it with an open batch axis";
            notes.add(batch.formatted(input.batch(), input.batch()));
        }
        Graph taking = input.given(file.with(file.fileRemainder().withoutTypes()), request.input(), request.subject());
        ValueSizes.expect(taking, request.subject());
        Graph single = scores(ChosenOutput.of(taking, request), request);
        NetworkFit ended = ended(single, request.task());
        notes.addAll(ended.notes());
        return new NetworkFit(ScoresOutput.of(ended.graph(), request, input), ended.ending(), notes);
    }

    /** A classification whose file gives only the index of the best class has its scores before that. */
    private static Graph scores(Graph graph, FitRequest request) {
        Value output = graph.outputs().get(0);
        if (request.task() == TaskKind.SEGMENTATION
                || output.dtype().filter(DType::isFloating).isPresent()) {
            return graph;
        }
        Ending ending = Ending.of(graph, output.name())
                .filter(found -> found.kind() == Ending.Kind.ARG_MAX)
                .orElseThrow(() -> new InvalidInputException(
                        request.subject(), "expected an output of FLOAT32 scores, found " + output));
        Addition real = new Addition(graph).from(ending.scores());
        real.cast(ONNX_FLOAT);
        Value scores = new Value(real.name("scores"), Optional.of(DType.FLOAT32), Optional.empty());
        Graph whole = real.behind(graph, scores);
        return ShapeRun.settled(ChosenOutput.reduced(whole, scores));
    }

    /**
     * A network built from a checkpoint, which has one output of the right shape.
     *
     * @param notes what its user should know about the way it was built
     */
    public static NetworkFit built(Graph network, TaskKind task, List<String> notes) {
        NetworkFit ended = ended(network, task);
        List<String> all = new ArrayList<>(notes);
        all.addAll(ended.notes());
        return new NetworkFit(ended.graph(), ended.ending(), all);
    }

    private static NetworkFit ended(Graph graph, TaskKind task) {
        Value output = graph.outputs().get(0);
        if (!output.dtype().filter(DType::isFloating).isPresent()) {
            return new NetworkFit(graph, Ending.Kind.ARG_MAX, List.of());
        }
        Optional<Ending> found = Ending.of(graph, output.name());
        Ending.Kind kind = found.map(Ending::kind).orElse(Ending.Kind.OTHER);
        boolean removable =
                task == TaskKind.CLASSIFICATION && (kind == Ending.Kind.SOFTMAX || kind == Ending.Kind.SIGMOID);
        if (!removable) {
            return new NetworkFit(graph, kind, List.of());
        }
        Graph bare = found.orElseThrow().without(graph);
        String note = "the network ends in a %s (%s), which is not done twice: logits are what goes into it"
                .formatted(kind.title(), found.orElseThrow().node().name());
        return new NetworkFit(ChosenOutput.reduced(bare, bare.outputs().get(0)), kind, List.of(note));
    }
}
