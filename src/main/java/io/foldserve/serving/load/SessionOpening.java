package io.foldserve.serving.load;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.ProofResult;
import io.foldserve.serving.fit.SettledHead;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.serving.prepared.ProvedNetwork;
import io.foldserve.serving.prepared.Terms;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.task.Head;
import io.foldserve.task.ServingGraph;
import io.foldserve.task.VisionTask;

/**
 * The half of a load that ends with a session of a network which is proved: from what a variant declares, or from what
 * was prepared of it. Thread-safe.
 *
 * @param settings of the sessions
 * @param costSource prices exact alternatives while folding
 * @param terms of the proof
 */
record SessionOpening(SessionSettings settings, CostSource costSource, Terms terms) {
    /** Opens {@code network}, which was prepared. */
    OpenedNetwork prepared(ModelManifest model, ProvedNetwork network, PhaseTimer phases) {
        VisionTask task = model.visionTask();
        expectLabels(task, network.graph(), network.head());
        Graph serving = ServingGraph.of(network.graph(), task, network.head());
        return new OpenedNetwork(network, serving, phases.time("session", () -> ModelSession.open(serving, settings)));
    }

    private static void expectLabels(VisionTask task, Graph network, Head head) {
        if (head != Head.MASK) {
            task.expectLabelsFor(ServingGraph.classes(network));
        }
    }

    /**
     * Reads, builds, folds, audits, compiles and proves {@code variant}.
     *
     * @throws InvalidInputException with every problem of the checkpoint, the architecture, the labels or the proof
     */
    OpenedNetwork anew(ModelManifest model, VariantManifest variant, PhaseTimer phases) {
        FoldedVariant read =
                FoldedVariant.ofLabelled(model, variant, costSource, phases).forSessions();
        ProbeImages images = ProbeImages.of(model.visionTask().preprocessing(), terms.probes());
        Proof proof = new Proof(Tolerance.of(read.training(), terms.tolerance()), settings.intraOpThreads());
        Proof.Reference compared = phases.time("reference", () -> proof.reference(read, images));
        if (variant.source() instanceof CheckpointSource.Training || Proof.foldError(compared) <= proof.tolerance()) {
            return proved(model, read, compared, proof, images, phases);
        }
        FoldedVariant unfolded = read.unfolded(
                "its folded form differs from it by %.3g of the largest output".formatted(Proof.foldError(compared)));
        Proof.Reference own = new Proof.Reference(compared.trained(), compared.trained());
        return proved(model, unfolded, own, proof, images, phases);
    }

    private OpenedNetwork proved(
            ModelManifest model,
            FoldedVariant folded,
            Proof.Reference reference,
            Proof proof,
            ProbeImages images,
            PhaseTimer phases) {
        VisionTask task = model.visionTask();
        Graph network = folded.folded().graph();
        Head head = SettledHead.of(
                task.kind(),
                task.labels().size(),
                ServingGraph.classes(network),
                folded.ending(),
                model.head(),
                reference.trained());
        expectLabels(task, network, head);
        Graph serving = ServingGraph.of(network, task, head);
        ModelSession session = phases.time("session", () -> ModelSession.open(serving, settings));
        try {
            ProofResult result = phases.time("proof", () -> proof.prove(reference, session, task.kind(), head, images));
            FoldReport report = folded.folded().report();
            return new OpenedNetwork(
                    new ProvedNetwork(network, head, folded.notes(), report, result), serving, session);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }
}
