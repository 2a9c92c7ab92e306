package io.foldserve.serving.load;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.Assembly;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.fold.FoldAudit;
import io.foldserve.fold.Folded;
import io.foldserve.fold.GraphFolder;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphVerifier;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.fit.NetworkFit;
import io.foldserve.serving.fit.Soundness;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionException;
import io.foldserve.session.SessionSettings;
import io.foldserve.task.Ending;
import io.foldserve.task.ServingGraph;
import io.foldserve.task.TaskKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A variant's network as it was trained and as it is served: the first half of the load pipeline.
 *
 * @param training the training form
 * @param ending what the network's own last operators make of its scores, whether they are still in it or taken off
 * @param notes what its user should know about the way it was built, such as tensors dropped on purpose
 * @param folded the folded form, with the audited account of its folding
 */
public record FoldedVariant(Graph training, Ending.Kind ending, List<String> notes, Folded folded) {
    /** The seed of the layer-by-layer audit's probes; fixed, so that the same checkpoint gives the same report. */
    private static final long AUDIT_SEED = 2026;

    /** Copies the notes. */
    public FoldedVariant {
        notes = List.copyOf(notes);
    }

    /**
     * Reads, builds, folds and audits {@code variant} of {@code model}, for images of the size that the model's input
     * declares.
     *
     * @param costSource prices exact alternatives
     * @throws InvalidInputException with every problem of the checkpoint, of the architecture or of the ONNX file
     * @throws io.foldserve.fold.result.InexactFoldException if a layer's fold of a checkpoint is not exact
     */
    public static FoldedVariant of(
            ModelManifest model, VariantManifest variant, CostSource costSource, PhaseTimer phases) {
        return variant.source() instanceof CheckpointSource.Training source
                ? ofTrained(trained(model, variant, source, phases), costSource, phases)
                : ofFile(phases.time("onnx", () -> NetworkFit.read(model, variant)), costSource, phases);
    }

    /** The same, but that a checkpoint whose classes have no labels is refused before anything is folded. */
    static FoldedVariant ofLabelled(
            ModelManifest model, VariantManifest variant, CostSource costSource, PhaseTimer phases) {
        return variant.source() instanceof CheckpointSource.Training source
                ? ofTrained(labelled(model, variant, source, phases), costSource, phases)
                : of(model, variant, costSource, phases);
    }

    private static FoldedVariant ofTrained(NetworkFit network, CostSource costSource, PhaseTimer phases) {
        return new FoldedVariant(
                network.graph(), network.ending(), network.notes(), folded(network.graph(), costSource, phases));
    }

    /**
     * Refuses a training checkpoint that cannot be read, built or labelled, and runs nothing; of an ONNX file nothing
     * is said.
     *
     * @throws InvalidInputException with every problem of the checkpoint or of the architecture, or with the labels'
     */
    static void expectBuilt(ModelManifest model, VariantManifest variant) {
        if (variant.source() instanceof CheckpointSource.Training source) {
            labelled(model, variant, source, new PhaseTimer(() -> 0));
        }
    }

    private static NetworkFit labelled(
            ModelManifest model, VariantManifest variant, CheckpointSource.Training source, PhaseTimer phases) {
        NetworkFit network = trained(model, variant, source, phases);
        if (model.task() == TaskKind.CLASSIFICATION) {
            model.visionTask().expectLabelsFor(ServingGraph.classes(network.graph()));
        }
        return network;
    }

    private static NetworkFit trained(
            ModelManifest model, VariantManifest variant, CheckpointSource.Training source, PhaseTimer phases) {
        ImageSize size = new ImageSize(model.input().height(), model.input().width());
        Checkpoint checkpoint =
                phases.time("checkpoint", () -> CheckpointReader.read(variant.checkpoint(), source.entry()));
        Assembly assembly =
                phases.time("architecture", () -> Architectures.assemble(source.declaration(), size, checkpoint));
        Soundness.expect(assembly.graph(), variant.checkpoint().toString());
        List<String> notes = new ArrayList<>(assembly.notes());
        notes.addAll(Soundness.oddities(assembly.graph()));
        return NetworkFit.built(assembly.graph(), model.task(), notes);
    }

    /**
     * Folds and audits the network of an ONNX file as it is.
     *
     * @param file where it is, for messages
     * @param costSource prices exact alternatives
     * @throws InvalidInputException with every weight that is no number, and every node that trains
     */
    public static FoldedVariant of(Graph network, String file, CostSource costSource, PhaseTimer phases) {
        Soundness.expect(network, file);
        return ofFile(new NetworkFit(network, Ending.Kind.OTHER, List.of()), costSource, phases);
    }

    /** What the runtime runs is served: a fold that fails leaves the network of a file as it is, and says so. */
    private static FoldedVariant ofFile(NetworkFit network, CostSource costSource, PhaseTimer phases) {
        try {
            return new FoldedVariant(
                    network.graph(), network.ending(), network.notes(), folded(network.graph(), costSource, phases));
        } catch (RuntimeException failed) {
            // Whatever a rule stumbled over: the runtime is the judge of the file, not the fold.
            expectRunnable(network.graph());
            return new FoldedVariant(
                            network.graph(), network.ending(), network.notes(), UnfoldedNetwork.of(network.graph()))
                    .unfolded(String.valueOf(failed.getMessage()));
        }
    }

    private static void expectRunnable(Graph network) {
        try {
            ModelSession.open(network, new SessionSettings(1, false, false)).close();
        } catch (SessionException refused) {
            throw new InvalidInputException(network.name(), String.valueOf(refused.getMessage()));
        }
    }

    /** This variant with the folded weights where sessions read them. */
    FoldedVariant forSessions() {
        return new FoldedVariant(training, ending, notes, folded.with(ModelSession.outsideHeap(folded.graph())));
    }

    /** This variant served as it was trained, because folding it failed for {@code reason}. */
    FoldedVariant unfolded(String reason) {
        List<String> all = new ArrayList<>(notes);
        all.add("not folded, served as it is: " + reason);
        return new FoldedVariant(training, ending, all, UnfoldedNetwork.of(training));
    }

    private static Folded folded(Graph training, CostSource costSource, PhaseTimer phases) {
        Folded folded = phases.time("fold", () -> GraphFolder.fold(training, costSource));
        Folded audited = phases.time("audit", () -> FoldAudit.measure(folded, AUDIT_SEED));
        expectWellFormed(audited.graph());
        return audited;
    }

    /** Nothing that a rule may have broken reaches a session or a file. */
    private static void expectWellFormed(Graph folded) {
        List<String> problems = GraphVerifier.problems(folded);
        if (!problems.isEmpty()) {
            throw new InvalidInputException("the folded graph " + folded.name(), problems);
        }
    }
}
