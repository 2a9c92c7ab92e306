package io.foldserve.serving.load;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelState;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.session.SessionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Loads every model of a directory into the catalogue, one variant after another: the folds use all cores themselves,
 * and the memory of two loads never adds up. Networks that may hold a loop without end come last, for each may take
 * until its run is given up.
 *
 * <p>A model is served only when all its variants are ready; the problems of all its variants are kept otherwise.
 * Models do not affect each other. Not thread-safe: one thread loads.
 */
public final class ModelLoader {
    private static final Logger LOG = Logger.getLogger(ModelLoader.class);

    private final Path directory;
    private final List<Path> linkRoots;
    private final LoadPipeline pipeline;
    private final Catalogue catalogue;
    private final Observer observer;

    /** Is told what was declared and what was loaded, before the model's first request. */
    public interface Observer {
        /** The manifest of a model was read. */
        void declared(ModelManifest model);

        /** All variants of a model are loaded; it is not served before this returns. */
        void loaded(ServedModel model);
    }

    /**
     * Loads the models of {@code directory}, a folder each, through {@code pipeline} into {@code catalogue}.
     *
     * @param linkRoots folders that links in a model's folder may lead into
     */
    public ModelLoader(
            Path directory, List<Path> linkRoots, LoadPipeline pipeline, Catalogue catalogue, Observer observer) {
        this.directory = directory;
        this.linkRoots = List.copyOf(linkRoots);
        this.pipeline = pipeline;
        this.catalogue = catalogue;
        this.observer = observer;
    }

    /**
     * Lists the models and loads each. Failures become states of the catalogue; nothing is thrown but an interruption's
     * consequences: an interrupted thread stops before the next model and leaves the rest loading.
     */
    public void loadAll() {
        List<Path> folders = folders();
        catalogue.list(folders.stream().map(ModelLoader::name).toList());
        List<ModelManifest> last = new ArrayList<>();
        for (Path folder : folders) {
            if (isStopped()) {
                return;
            }
            declared(folder).ifPresent(model -> {
                if (Repetition.isPossible(model)) {
                    last.add(model);
                } else {
                    load(model);
                }
            });
        }
        last.stream().takeWhile(model -> !isStopped()).forEach(this::load);
    }

    private static boolean isStopped() {
        return Thread.currentThread().isInterrupted();
    }

    /** The folders that hold a manifest, sorted; others (training scripts, say) are none of our business. */
    private List<Path> folders() {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child -> Files.isRegularFile(child.resolve(ManifestReader.FILE)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            LOG.errorf("cannot list the models in %s: %s", directory.toAbsolutePath(), e);
            return List.of();
        }
    }

    private static String name(Path folder) {
        return Optional.ofNullable(folder.getFileName()).orElse(folder).toString();
    }

    private Optional<ModelManifest> declared(Path folder) {
        try {
            ModelManifest manifest = ManifestReader.read(folder, linkRoots);
            catalogue.put(new CatalogueEntry(manifest.name(), variants(manifest), new ModelState.Loading()));
            observer.declared(manifest);
            return Optional.of(manifest);
        } catch (Throwable e) {
            fail(name(folder), List.of(), e);
            return Optional.empty();
        }
    }

    private void load(ModelManifest manifest) {
        try {
            catalogue.put(new CatalogueEntry(manifest.name(), variants(manifest), loaded(manifest)));
        } catch (Throwable e) {
            fail(manifest.name(), variants(manifest), e);
        }
    }

    private static List<String> variants(ModelManifest manifest) {
        return manifest.variants().stream().map(VariantManifest::name).toList();
    }

    private void fail(String name, List<String> variants, Throwable failure) {
        if (failure instanceof InvalidInputException refused) {
            fail(name, variants, refused.problems());
        } else {
            // Also a linkage or memory error: the model must not stay "loading" for ever.
            LOG.errorf(failure, "model %s: loading failed unexpectedly", name);
            fail(name, variants, List.of(unexpected(failure)));
        }
    }

    private static String unexpected(Throwable failure) {
        return failure instanceof OutOfMemoryError
                ? "memory is too small to load it; give the process more"
                : "it failed in a way that was not foreseen; the service's log says where";
    }

    private void fail(String name, List<String> variants, List<String> problems) {
        ModelState.Failed failed = new ModelState.Failed(problems);
        failed.problems().forEach(problem -> LOG.errorf("model %s: %s", name, problem));
        catalogue.put(new CatalogueEntry(name, variants, failed));
    }

    private ModelState loaded(ModelManifest manifest) {
        List<LoadedVariant> loaded = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        try {
            for (VariantManifest variant : manifest.variants()) {
                load(manifest, variant, loaded, problems);
            }
            if (!problems.isEmpty()) {
                throw new InvalidInputException(manifest.name(), problems);
            }
            ServedModel model = ServedModel.of(manifest.name(), manifest.visionTask(), loaded);
            observer.loaded(model);
            return new ModelState.Ready(model);
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
            if (isStopped()) {
                throw new InvalidInputException(path, "the service stopped while it was loading");
            }
            LOG.errorf(e, "%s: loading failed", path);
            problems.add(path + ": " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s: loading failed", path);
            problems.add(path + ": " + unexpected(e));
        }
    }
}
