package io.foldserve.serving.load;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.Assembly;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.fold.FoldAudit;
import io.foldserve.fold.Folded;
import io.foldserve.fold.Folder;
import io.foldserve.fold.cost.Appraiser;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphVerifier;
import io.foldserve.onnx.OnnxReader;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import java.util.List;

/**
 * A variant's network as it was trained and as it is served: the half of the load pipeline that needs no runtime.
 *
 * @param training the training form
 * @param notes what its user should know about the way it was built, such as tensors dropped on purpose
 * @param folded the folded form, with the audited account of its folding
 */
public record FoldedVariant(Graph training, List<String> notes, Folded folded) {
    /** The seed of the layer-by-layer audit's probes; fixed, so that the same checkpoint gives the same report. */
    private static final long AUDIT_SEED = 2026;

    /** Copies the notes. */
    public FoldedVariant {
        notes = List.copyOf(notes);
    }

    /**
     * Reads, builds, folds and audits {@code variant} of {@code model}, for images of the size that the model's input declares.
     *
     * @param appraiser prices exact alternatives
     * @throws InvalidInputException with every problem of the checkpoint, of the architecture or of the ONNX file
     * @throws io.foldserve.fold.result.InexactFoldException if a layer's fold is not exact
     */
    public static FoldedVariant of(ModelManifest model, VariantManifest variant, Appraiser appraiser, Phases phases) {
        if (OnnxReader.recognises(variant.checkpoint())) {
            Graph training = phases.time("onnx", () -> OnnxNetwork.read(variant.checkpoint(), model.input()));
            return of(training, List.of(), appraiser, phases);
        }
        ImageSize size = new ImageSize(model.input().height(), model.input().width());
        Checkpoint checkpoint =
                phases.time("checkpoint", () -> CheckpointReader.read(variant.checkpoint(), variant.entry()));
        Assembly assembly =
                phases.time("architecture", () -> Architectures.assemble(variant.architecture(), size, checkpoint));
        return of(assembly.graph(), assembly.notes(), appraiser, phases);
    }

    /**
     * Folds and audits {@code training}.
     *
     * @param notes what its user should know about it
     * @param appraiser prices exact alternatives
     * @throws io.foldserve.fold.result.InexactFoldException if a layer's fold is not exact
     */
    public static FoldedVariant of(Graph training, List<String> notes, Appraiser appraiser, Phases phases) {
        Folded folded = phases.time("fold", () -> Folder.fold(training, appraiser));
        Folded audited = phases.time("audit", () -> FoldAudit.measure(folded, AUDIT_SEED));
        expectWellFormed(audited.graph());
        return new FoldedVariant(training, notes, audited);
    }

    /** Nothing that a rule may have broken reaches a session or a file. */
    private static void expectWellFormed(Graph folded) {
        List<String> problems = GraphVerifier.problems(folded);
        if (!problems.isEmpty()) {
            throw new InvalidInputException("the folded graph " + folded.name(), problems);
        }
    }
}
