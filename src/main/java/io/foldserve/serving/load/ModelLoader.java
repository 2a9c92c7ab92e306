package io.foldserve.serving.load;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.gate.SideBySide;
import io.foldserve.serving.manifest.CheckpointSource;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantFiles;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.session.SessionException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Loads a model's folder: as many of its variants at a time as there are cores and memory for.
 *
 * <p>A model is served only when all its variants are ready; the problems of all its variants are reported otherwise,
 * in the manifest's order. Thread-safe.
 */
public final class ModelLoader {
    private static final Logger LOG = Logger.getLogger(ModelLoader.class);

    /** What a load holds of memory at most, in sizes of the files that it reads: what is read, in two precisions. */
    private static final int SIZES_HELD = 4;

    private static final long MOST_GLANCED_AT = 64_000_000;

    private final List<Path> linkRoots;
    private final LoadPipeline pipeline;
    private final LoadGate gate;

    /**
     * Loads through {@code pipeline}, one variant after another.
     *
     * @param linkRoots folders that links in a model's folder may lead into
     */
    public ModelLoader(List<Path> linkRoots, LoadPipeline pipeline) {
        this(linkRoots, pipeline, LoadGate.single());
    }

    /** The same, but that {@code gate} says which variants are loaded at the same time, of all models together. */
    public ModelLoader(List<Path> linkRoots, LoadPipeline pipeline, LoadGate gate) {
        this.linkRoots = List.copyOf(linkRoots);
        this.pipeline = pipeline.measuringAlone(gate);
        this.gate = gate;
    }

    /** How many variants are loaded at a time at most. */
    public int atATime() {
        return gate.cores();
    }

    /**
     * What {@code folder} declares.
     *
     * @throws InvalidInputException with every problem of the manifest and of the files it names
     */
    public ModelManifest read(Path folder) {
        return ManifestReader.read(folder, linkRoots);
    }

    /**
     * Whether all variants of {@code manifest} have a prepared network beside them: they were served before, or proved
     * as they would be, and are served in a fraction of the time.
     */
    public boolean isPrepared(ModelManifest manifest) {
        return manifest.variants().stream().allMatch(variant -> pipeline.mayUsePrepared(manifest, variant));
    }

    /**
     * Whether {@code manifest} is likely to be served soon: false if a glance shows that one of its variants will be
     * refused, which would make the load of the others vain, or that loading it may take as long as somebody likes. No
     * glance is cast at what is large, nor at a single checkpoint, whose load refuses it as soon.
     */
    public boolean isPromising(ModelManifest manifest) {
        try {
            return manifest.variants().stream().allMatch(variant -> isPromising(manifest, variant));
        } catch (RuntimeException | Error refused) {
            // The load itself, which comes last now, says what is amiss.
            LOG.debugf(refused, "%s will be refused", manifest.name());
            return false;
        }
    }

    private boolean isPromising(ModelManifest manifest, VariantManifest variant) {
        long bytes = VariantFiles.bytes(manifest, variant);
        boolean settlesSoon = variant.source() instanceof CheckpointSource.Training
                && manifest.variants().size() == 1;
        return settlesSoon
                || bytes > MOST_GLANCED_AT
                || gate.load(SIZES_HELD * bytes, () -> {
                    FoldedVariant.expectBuilt(manifest, variant);
                    return !Repetition.isPossible(variant);
                });
    }

    /**
     * The model with all its variants, loaded, verified and warmed; the caller closes it.
     *
     * @throws InvalidInputException with every problem of every variant, each under its variant's name
     */
    public ServedModel load(ModelManifest manifest) {
        List<Attempt> attempts = manifest.variants().stream()
                .map(variant -> new Attempt(manifest, variant))
                .toList();
        SideBySide.run(gate.cores(), List.copyOf(attempts));
        List<LoadedVariant> loaded =
                attempts.stream().flatMap(attempt -> attempt.loaded.stream()).toList();
        try {
            List<String> problems = attempts.stream()
                    .map(attempt -> attempt.problems)
                    .flatMap(Collection::stream)
                    .toList();
            if (!problems.isEmpty()) {
                throw new InvalidInputException(manifest.name(), problems);
            }
            return ServedModel.of(manifest.name(), manifest.visionTask(), loaded, manifest.experiment());
        } catch (RuntimeException | Error e) {
            loaded.forEach(LoadedVariant::close);
            throw e;
        }
    }

    /** The load of one variant; known by its identity, and read when it has ended. */
    private final class Attempt implements Runnable {
        private final ModelManifest manifest;
        private final VariantManifest variant;
        private final String path;
        private Optional<LoadedVariant> loaded = Optional.empty();

        /** Each under the variant's name; what is left out when the service stops has this one. */
        private List<String> problems;

        Attempt(ModelManifest manifest, VariantManifest variant) {
            this.manifest = manifest;
            this.variant = variant;
            path = manifest.name() + "/" + variant.name();
            problems = List.of(path + ": was not loaded, for the service is stopping");
        }

        @Override
        public void run() {
            try {
                long bytes = SIZES_HELD * VariantFiles.bytes(manifest, variant);
                loaded = Optional.of(gate.load(bytes, () -> pipeline.load(manifest, variant)));
                problems = List.of();
            } catch (InvalidInputException e) {
                problems = e.problems().stream()
                        .map(problem -> path + ": " + e.subject() + ": " + problem)
                        .toList();
            } catch (SessionException e) {
                // The problem says it all, in a line; only who looks for a defect wants to see where it was noticed.
                LOG.debugf(e, "%s: loading failed", path);
                problems = List.of(path + ": " + e.getMessage());
            } catch (RuntimeException | Error e) {
                LOG.errorf(e, "%s: loading failed", path);
                problems = List.of(path + ": " + LoadFailure.sentence(e));
            }
        }
    }
}
