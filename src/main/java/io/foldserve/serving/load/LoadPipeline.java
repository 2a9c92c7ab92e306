package io.foldserve.serving.load;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.FoldedFile;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.NetworkOnDemand;
import io.foldserve.serving.catalogue.VariantFacts;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.serving.parity.StructureOnly;
import io.foldserve.serving.prepared.FoldMetadata;
import io.foldserve.serving.prepared.PreparedModels;
import io.foldserve.serving.prepared.ProvedNetwork;
import io.foldserve.serving.prepared.Terms;
import io.foldserve.serving.probe.ProbeImages;
import io.foldserve.session.ElasticSession;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.task.ServingGraph;
import io.foldserve.task.VisionTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * From a declared variant to one that answers: read, build, fold, audit, compile, prove, warm up. Immutable and
 * thread-safe; the memory of one load is several times its checkpoint.
 */
public final class LoadPipeline {
    private static final Logger LOG = Logger.getLogger(LoadPipeline.class);
    private static final int WARM_UP_RUNS = 10;

    private final SessionOpening opening;
    private final int aloneThreads;
    private final LongSupplier nanoClock;
    private final LoadProgress progress;
    private final LoadGate gate;
    private final boolean usesPrepared;

    /**
     * A pipeline of sessions with {@code settings}.
     *
     * @param aloneThreads the threads of a run that has all cores, at least those of {@code settings}
     * @param costSource prices exact alternatives while folding
     * @param tolerance the largest difference that the proof allows, relative to the largest logit
     * @param probes how many images the proof runs
     * @param nanoClock times the phases, in nanoseconds
     */
    public LoadPipeline(
            SessionSettings settings,
            int aloneThreads,
            CostSource costSource,
            double tolerance,
            int probes,
            LongSupplier nanoClock) {
        this(
                new SessionOpening(settings, costSource, new Terms(tolerance, probes)),
                aloneThreads,
                nanoClock,
                new LoadProgress(),
                LoadGate.single(),
                false);
    }

    private LoadPipeline(
            SessionOpening opening,
            int aloneThreads,
            LongSupplier nanoClock,
            LoadProgress progress,
            LoadGate gate,
            boolean usesPrepared) {
        this.opening = opening;
        this.aloneThreads = aloneThreads;
        this.nanoClock = nanoClock;
        this.progress = progress;
        this.gate = gate;
        this.usesPrepared = usesPrepared;
    }

    /**
     * Loads {@code variant}; the caller closes it.
     *
     * @throws InvalidInputException with every problem of the checkpoint, the architecture, the labels or the proof
     */
    public LoadedVariant load(ModelManifest model, VariantManifest variant) {
        PhaseTimer phases = phases(model, variant);
        try {
            return load(model, variant, phases);
        } finally {
            progress.ended(model.name(), variant.name());
        }
    }

    private LoadedVariant load(ModelManifest model, VariantManifest variant, PhaseTimer phases) {
        Optional<ProvedNetwork> prepared = usesPrepared
                ? phases.time("certificate", () -> PreparedModels.find(model, variant, opening.terms()))
                : Optional.empty();
        OpenedNetwork opened = prepared.isPresent()
                ? opening.prepared(model, prepared.get(), phases)
                : opening.anew(model, variant, phases);
        try {
            return loaded(model, variant, opened, phases);
        } catch (RuntimeException | Error e) {
            opened.session().close();
            throw e;
        }
    }

    /** This pipeline, but that it uses the networks that were prepared and fit. */
    public LoadPipeline usingPrepared() {
        return new LoadPipeline(opening, aloneThreads, nanoClock, progress, gate, true);
    }

    /** Whether {@code variant} may be served as it was prepared, which was proved once and needs no folding. */
    boolean mayUsePrepared(ModelManifest model, VariantManifest variant) {
        return usesPrepared && PreparedModels.isThere(model, variant);
    }

    /** This pipeline, but that it tells {@code progress} of every phase. */
    public LoadPipeline telling(LoadProgress progress) {
        return new LoadPipeline(opening, aloneThreads, nanoClock, progress, gate, usesPrepared);
    }

    /** This pipeline, but that it times sessions while no other load that {@code gate} admitted is at work. */
    LoadPipeline measuringAlone(LoadGate gate) {
        return new LoadPipeline(opening, aloneThreads, nanoClock, progress, gate, usesPrepared);
    }

    /**
     * Reads, builds, folds, audits, compiles and proves {@code variant}, and writes into its model's folder what a
     * start needs to do none of it again.
     *
     * @return the file of the certificate
     * @throws InvalidInputException with every problem of the checkpoint, the architecture, the labels or the proof, or
     *     if the folder cannot be written to
     */
    public Path prepare(ModelManifest model, VariantManifest variant) {
        return PreparedModels.write(model, variant, opening.terms(), () -> {
            OpenedNetwork opened = opening.anew(model, variant, phases(model, variant));
            opened.session().close();
            return opened.network();
        });
    }

    private LoadedVariant loaded(
            ModelManifest model, VariantManifest variant, OpenedNetwork opened, PhaseTimer phases) {
        VisionTask task = model.visionTask();
        ProbeImages images =
                ProbeImages.of(task.preprocessing(), opening.terms().probes());
        ProvedNetwork network = opened.network();
        SessionSettings settings = opening.settings();
        phases.time("warm-up", () -> warmUp(opened.session(), images));
        VariantFacts facts = facts(variant, network, phases);
        LOG.infof(
                "%s/%s: ready; fold error %.2g, served error %.2g; ms: %s",
                model.name(),
                variant.name(),
                network.proof().foldError(),
                network.proof().servedError(),
                phases);
        network.notes().forEach(note -> LOG.infof("%s/%s: %s", model.name(), variant.name(), note));
        return new LoadedVariant(
                model.name(),
                variant.name(),
                variant.baseline(),
                variant.traffic(),
                facts,
                network.report(),
                StructureOnly.of(opened.serving()),
                new FoldedFile(network.graph(), FoldMetadata.of(network.report())),
                elastic(opened),
                new NetworkOnDemand(ServingGraph.ofNormalised(network.graph(), task, network.head()), settings),
                ServingGraph.withScores(network.graph(), task, network.head())
                        .map(graph -> new NetworkOnDemand(graph, settings)));
    }

    private PhaseTimer phases(ModelManifest model, VariantManifest variant) {
        Path file = variant.checkpoint();
        LOG.infof(
                "%s/%s: loading %s (%d bytes)",
                model.name(), variant.name(), file, file.toFile().length());
        return new PhaseTimer(nanoClock, new PhaseTimer.Listener() {
            @Override
            public void begins(String phase) {
                progress.begins(model.name(), variant.name(), phase);
            }

            @Override
            public void ended(String phase, Duration took) {
                LOG.debugf("%s/%s: %s took %d ms", model.name(), variant.name(), phase, took.toMillis());
            }
        });
    }

    private ElasticSession elastic(OpenedNetwork opened) {
        SessionSettings settings = opening.settings();
        int threads = settings.intraOpThreads();
        return aloneThreads <= threads
                ? ElasticSession.of(opened.session(), threads)
                : ElasticSession.undecided(
                        opened.session(),
                        threads,
                        opened.serving(),
                        new SessionSettings(aloneThreads, settings.spinning(), true));
    }

    /** The first runs of a session allocate its arena; a request should not pay for that. */
    private Boolean warmUp(ModelSession session, ProbeImages images) {
        for (int run = 0; run < WARM_UP_RUNS; run++) {
            session.run(images.pixels(run));
        }
        return true;
    }

    private static VariantFacts facts(VariantManifest variant, ProvedNetwork network, PhaseTimer phases) {
        return new VariantFacts(
                variant.source().network(),
                Optional.ofNullable(variant.checkpoint().getFileName())
                        .orElseThrow()
                        .toString(),
                network.notes(),
                network.report().training(),
                network.report().folded(),
                network.proof(),
                phases.timings());
    }
}
