package io.foldserve.serving.load;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.session.SessionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Loads a model's folder, one variant after another: the folds use all cores themselves, and the memory of two loads
 * never adds up.
 *
 * <p>A model is served only when all its variants are ready; the problems of all its variants are reported otherwise.
 * Immutable and thread-safe, but two loads at a time need the memory of two.
 */
public final class ModelLoader {
    private static final Logger LOG = Logger.getLogger(ModelLoader.class);

    private final List<Path> linkRoots;
    private final LoadPipeline pipeline;

    /**
     * Loads through {@code pipeline}.
     *
     * @param linkRoots folders that links in a model's folder may lead into
     */
    public ModelLoader(List<Path> linkRoots, LoadPipeline pipeline) {
        this.linkRoots = List.copyOf(linkRoots);
        this.pipeline = pipeline;
    }

    /**
     * What {@code folder} declares.
     *
     * @throws InvalidInputException with every problem of the manifest and of the files it names
     */
    public ModelManifest read(Path folder) {
        return ManifestReader.read(folder, linkRoots);
    }

    /** Whether loading what {@code folder} holds may take as long as somebody likes; false if it cannot be read. */
    public boolean mayRepeat(Path folder) {
        try {
            return Repetition.isPossible(read(folder));
        } catch (InvalidInputException refused) {
            return false;
        }
    }

    /**
     * The model with all its variants, loaded, verified and warmed; the caller closes it.
     *
     * @throws InvalidInputException with every problem of every variant, each under its variant's name
     */
    public ServedModel load(ModelManifest manifest) {
        List<LoadedVariant> loaded = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        try {
            for (VariantManifest variant : manifest.variants()) {
                load(manifest, variant, loaded, problems);
            }
            if (!problems.isEmpty()) {
                throw new InvalidInputException(manifest.name(), problems);
            }
            return ServedModel.of(manifest.name(), manifest.visionTask(), loaded, manifest.experiment());
        } catch (RuntimeException | Error e) {
            loaded.forEach(LoadedVariant::close);
            throw e;
        }
    }

    /** Adds the loaded variant, or its problems under its name. */
    private void load(
            ModelManifest manifest, VariantManifest variant, List<LoadedVariant> loaded, List<String> problems) {
        String path = manifest.name() + "/" + variant.name();
        try {
            loaded.add(pipeline.load(manifest, variant));
        } catch (InvalidInputException e) {
            e.problems().forEach(problem -> problems.add(path + ": " + e.subject() + ": " + problem));
        } catch (SessionException e) {
            // The problem says it all, in a line; only who looks for a defect wants to see where it was noticed.
            LOG.debugf(e, "%s: loading failed", path);
            problems.add(path + ": " + e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "%s: loading failed", path);
            problems.add(path + ": " + LoadFailure.sentence(e));
        }
    }
}
