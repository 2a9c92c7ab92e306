package io.foldserve.serving.load;

import io.foldserve.fold.cost.Appraiser;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.NormalisedNetwork;
import io.foldserve.serving.catalogue.ProofResult;
import io.foldserve.serving.catalogue.VariantFacts;
import io.foldserve.serving.fit.SettledHead;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.serving.parity.StructureOnly;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.ElasticSession;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.task.Head;
import io.foldserve.task.ServingGraph;
import io.foldserve.task.VisionTask;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * From a declared variant to one that answers: read, build, fold, audit, compile, prove, warm up. Immutable and
 * thread-safe; the memory of one load is several times its checkpoint, so loads are better run one after another.
 */
public final class LoadPipeline {
    private static final Logger LOG = Logger.getLogger(LoadPipeline.class);
    private static final int WARM_UP_RUNS = 10;

    private final SessionSettings settings;
    private final int aloneThreads;
    private final Appraiser appraiser;
    private final double tolerance;
    private final int probes;
    private final LongSupplier nanoClock;

    /**
     * A pipeline of sessions with {@code settings}.
     *
     * @param aloneThreads the threads of a run that has all cores, at least those of {@code settings}
     * @param appraiser prices exact alternatives while folding
     * @param tolerance the largest difference that the proof allows, relative to the largest logit
     * @param probes how many images the proof runs
     * @param nanoClock times the phases, in nanoseconds
     */
    public LoadPipeline(
            SessionSettings settings,
            int aloneThreads,
            Appraiser appraiser,
            double tolerance,
            int probes,
            LongSupplier nanoClock) {
        this.settings = settings;
        this.aloneThreads = aloneThreads;
        this.appraiser = appraiser;
        this.tolerance = tolerance;
        this.probes = probes;
        this.nanoClock = nanoClock;
    }

    /**
     * Loads {@code variant}; the caller closes it.
     *
     * @throws InvalidInputException with every problem of the checkpoint, the architecture, the labels or the proof
     */
    public LoadedVariant load(ModelManifest model, VariantManifest variant) {
        PhaseTimer phases = phases(model, variant);
        FoldedVariant read = FoldedVariant.of(model, variant, appraiser, phases);
        VisionTask task = model.visionTask();
        ProbeImages images = ProbeImages.of(task.preprocessing(), probes);
        Proof proof = new Proof(Tolerance.of(read.training(), tolerance), settings.intraOpThreads());
        Proof.Reference compared = phases.time("reference", () -> proof.reference(read, images));
        boolean exact =
                variant.source() instanceof CheckpointSource.Training || Proof.foldError(compared) <= proof.tolerance();
        FoldedVariant folded = exact
                ? read
                : read.unfolded("its folded form differs from it by %.3g of the largest output"
                        .formatted(Proof.foldError(compared)));
        Proof.Reference reference = exact ? compared : new Proof.Reference(compared.trained(), compared.trained());
        int classes = ServingGraph.classes(folded.folded().graph());
        Head head = SettledHead.of(
                task.kind(), task.labels().size(), classes, folded.ending(), model.head(), reference.trained());
        if (head != Head.MASK) {
            task.expectLabelsFor(classes);
        }
        Graph serving = ServingGraph.of(folded.folded().graph(), task, head);
        ModelSession session = phases.time("session", () -> ModelSession.open(serving, settings));
        try {
            ProofResult proved = phases.time("proof", () -> proof.prove(reference, session, task.kind(), head, images));
            phases.time("warm-up", () -> warmUp(session, images));
            LOG.infof(
                    "%s/%s: ready; fold error %.2g, served error %.2g; ms: %s",
                    model.name(), variant.name(), proved.foldError(), proved.servedError(), phases);
            folded.notes().forEach(note -> LOG.infof("%s/%s: %s", model.name(), variant.name(), note));
            VariantFacts facts = facts(variant, folded, proved, phases);
            return new LoadedVariant(
                    model.name(),
                    variant.name(),
                    variant.baseline(),
                    variant.traffic(),
                    facts,
                    folded.folded().report(),
                    StructureOnly.of(serving),
                    phases.time("wide session", () -> elastic(serving, session, images)),
                    new NormalisedNetwork(
                            ServingGraph.ofNormalised(folded.folded().graph(), task, head), settings));
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    private PhaseTimer phases(ModelManifest model, VariantManifest variant) {
        Path file = variant.checkpoint();
        LOG.infof(
                "%s/%s: loading %s (%d bytes)",
                model.name(), variant.name(), file, file.toFile().length());
        return new PhaseTimer(
                nanoClock,
                (phase, took) ->
                        LOG.debugf("%s/%s: %s took %d ms", model.name(), variant.name(), phase, took.toMillis()));
    }

    private ElasticSession elastic(Graph serving, ModelSession proved, ProbeImages images) {
        ElasticSession elastic = ElasticSession.of(proved, settings.intraOpThreads());
        if (aloneThreads <= settings.intraOpThreads()) {
            return elastic;
        }
        SessionSettings wide = new SessionSettings(aloneThreads, settings.spinning(), true);
        return WideSession.of(serving, proved, wide, images, nanoClock)
                .map(session -> elastic.with(session, aloneThreads))
                .orElse(elastic);
    }

    /** The first runs of a session allocate its arena; a request should not pay for that. */
    private Boolean warmUp(ModelSession session, ProbeImages images) {
        for (int run = 0; run < WARM_UP_RUNS; run++) {
            session.run(images.pixels(run));
        }
        return true;
    }

    private static VariantFacts facts(
            VariantManifest variant, FoldedVariant folded, ProofResult proof, PhaseTimer phases) {
        FoldReport report = folded.folded().report();
        return new VariantFacts(
                variant.source().network(),
                Optional.ofNullable(variant.checkpoint().getFileName())
                        .orElseThrow()
                        .toString(),
                folded.notes(),
                report.training(),
                report.folded(),
                proof,
                phases.timings());
    }
}
