package io.foldserve.serving.life;

import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.ModelState;
import io.foldserve.serving.catalogue.NotLoadedException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.gate.SideBySide;
import io.foldserve.serving.load.LoadFailure;
import io.foldserve.serving.load.ModelLoader;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.manifest.ModelManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;

/**
 * Loads models from their folders into the catalogue, at a start several at a time, and takes them out again.
 *
 * <p>A model that is served is loaded anew beside itself and swapped in one step; if that fails, it goes on as it is.
 * Models do not affect each other. One thread at a time calls {@link #loadAll}, {@link #load} and {@link #unload}; the
 * rest is thread-safe.
 */
public final class ModelLife {
    private static final Logger LOG = Logger.getLogger(ModelLife.class);

    private final ModelFolders folders;
    private final ModelLoader loader;
    private final Catalogue catalogue;
    private final LifeObserver observer;
    private final Map<String, Fingerprint> triedFrom = new ConcurrentHashMap<>();

    /** Loads {@code folders} through {@code loader} into {@code catalogue}. */
    public ModelLife(ModelFolders folders, ModelLoader loader, Catalogue catalogue, LifeObserver observer) {
        this.folders = folders;
        this.loader = loader;
        this.catalogue = catalogue;
        this.observer = observer;
    }

    /**
     * Lists the models and loads each, as many at a time as the loader loads variants. Failures become states of the
     * catalogue; nothing is thrown but an interruption's consequences: an interrupted thread stops before the next
     * model and leaves the rest loading.
     *
     * <p>All manifests are read first, and what they refuse is settled.
     */
    public void loadAll() {
        SortedMap<String, Path> found = found();
        found.keySet().forEach(observer::listed);
        catalogue.list(List.copyOf(found.keySet()));
        folders.withoutManifest()
                .forEach(folder -> LOG.warnf(
                        "the folder %s has no %s, so that it is not served; init writes one for the checkpoint in it",
                        folder, ManifestReader.FILE));
        Queue<Declared> declared = new ConcurrentLinkedQueue<>();
        SideBySide.run(
                loader.atATime(),
                found.entrySet().stream()
                        .<Runnable>map(model ->
                                () -> declare(model.getKey(), model.getValue()).ifPresent(declared::add))
                        .toList());
        new LoadOrder(loader, this::attempt).run(declared);
    }

    /**
     * Makes what is served under {@code name} what is in its folder now. A model that is served from these very files
     * stays as it is; one whose folder is gone is forgotten.
     *
     * @return the model as it is served now
     * @throws UnknownNameException if there is no folder of this name with a manifest
     * @throws NotLoadedException if what is in the folder cannot be served, with every problem
     */
    public CatalogueEntry load(String name) {
        SortedMap<String, Path> found = found();
        Path folder = found.get(name);
        if (folder == null) {
            forget(name);
            if (folders.withoutManifest().contains(name)) {
                throw new NotLoadedException("the folder %s has no %s; init writes one for the checkpoint in it"
                        .formatted(name, ManifestReader.FILE));
            }
            throw new UnknownNameException("model folder", name, found.keySet());
        }
        observer.listed(name);
        if (!isServedFrom(name, Fingerprint.of(folder))) {
            declare(name, folder).ifPresent(this::load);
        }
        CatalogueEntry entry = catalogue.expect(name);
        Optional<String> failure = entry.reason();
        if (failure.isPresent()) {
            throw new NotLoadedException(failure.orElseThrow());
        }
        return entry;
    }

    /**
     * Serves {@code name} no more; its memory returns when the requests under way are answered.
     *
     * @throws UnknownNameException if there is no such model
     */
    public CatalogueEntry unload(String name) {
        CatalogueEntry before = catalogue.expect(name);
        CatalogueEntry after = new CatalogueEntry(name, before.variants(), new ModelState.Unloaded());
        catalogue.put(after);
        observer.unloaded(name);
        LOG.infof("model %s: unloaded", name);
        return after;
    }

    /**
     * Refuses a name of which there is neither a model nor a folder.
     *
     * @throws UnknownNameException with the names that there are
     */
    void expectKnown(String name) {
        SortedMap<String, Path> found = found();
        if (!found.containsKey(name) && catalogue.find(name).isEmpty()) {
            throw new UnknownNameException("model folder", name, found.keySet());
        }
    }

    /** What was in the model's folder when it was last tried to load it, successfully or not. */
    Optional<Fingerprint> triedFrom(String name) {
        return Optional.ofNullable(triedFrom.get(name));
    }

    private boolean isServedFrom(String name, Fingerprint files) {
        return files.equals(triedFrom.get(name))
                && catalogue
                        .find(name)
                        .filter(entry -> entry.reason().isEmpty())
                        .isPresent();
    }

    private SortedMap<String, Path> found() {
        try {
            return folders.list();
        } catch (IOException e) {
            LOG.errorf("cannot list the models in %s: %s", folders.directory().toAbsolutePath(), FileFailure.reason(e));
            return new TreeMap<>();
        }
    }

    private void forget(String name) {
        if (catalogue.find(name).isPresent()) {
            catalogue.remove(name);
            triedFrom.remove(name);
            observer.unloaded(name);
            observer.forgotten(name);
            LOG.infof("model %s: its folder is gone; unloaded", name);
        }
    }

    private Optional<Declared> declare(String name, Path folder) {
        Fingerprint files = Fingerprint.of(folder);
        triedFrom.put(name, files);
        try {
            begin(name, List.of());
            ModelManifest manifest = loader.read(folder);
            begin(name, Declared.variants(manifest));
            return Optional.of(new Declared(name, folder, files, manifest));
        } catch (InvalidInputException e) {
            fail(name, List.of(), e.problems());
        } catch (Throwable e) {
            // Also a linkage or memory error: the model must not stay "loading" for ever.
            failUnexpectedly(name, List.of(), e);
        }
        return Optional.empty();
    }

    /**
     * True if it is served now. Others may have been loaded since its manifest was read, for as long as its files were
     * changed.
     */
    private boolean attempt(Declared model) {
        Optional<Declared> now = model.isUnchanged() ? Optional.of(model) : declare(model.name(), model.folder());
        return now.filter(this::load).isPresent();
    }

    private boolean load(Declared declared) {
        String name = declared.name();
        List<String> variants = Declared.variants(declared.manifest());
        try {
            observer.declared(declared.manifest());
            ServedModel model = loader.load(declared.manifest());
            announce(model);
            catalogue.put(new CatalogueEntry(name, variants, new ModelState.Ready(model, List.of())));
            observer.served(name);
            return true;
        } catch (InvalidInputException e) {
            fail(name, variants, e.problems());
        } catch (Throwable e) {
            failUnexpectedly(name, variants, e);
        }
        return false;
    }

    private void failUnexpectedly(String name, List<String> variants, Throwable failure) {
        if (isGivenUp(name)) {
            return;
        }
        LOG.errorf(failure, "model %s: loading failed unexpectedly", name);
        fail(name, variants, List.of(LoadFailure.sentence(failure)));
    }

    private void announce(ServedModel model) {
        try {
            observer.loaded(model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /** A model that is served stays ready while it is loaded anew. */
    private void begin(String name, List<String> variants) {
        if (served(name).isEmpty()) {
            catalogue.put(new CatalogueEntry(name, variants, new ModelState.Loading()));
        }
    }

    /** The process ends, so that files are no longer read to their end: nothing is wrong with them. */
    private static boolean isGivenUp(String name) {
        boolean isInterrupted = Thread.currentThread().isInterrupted();
        if (isInterrupted) {
            LOG.debugf("model %s: loading was given up", name);
        }
        return isInterrupted;
    }

    private void fail(String name, List<String> variants, List<String> found) {
        if (isGivenUp(name)) {
            return;
        }
        List<String> problems = found.stream().map(folders::asSeenFromHere).toList();
        Problems.told(problems).forEach(problem -> LOG.errorf("model %s: %s", name, problem));
        Optional<CatalogueEntry> before = catalogue.find(name);
        Optional<ServedModel> served = served(name);
        catalogue.put(
                served.isPresent()
                        ? new CatalogueEntry(
                                name,
                                before.orElseThrow().variants(),
                                new ModelState.Ready(served.orElseThrow(), problems))
                        : new CatalogueEntry(name, variants, new ModelState.Failed(problems)));
    }

    private Optional<ServedModel> served(String name) {
        return catalogue.find(name).flatMap(CatalogueEntry::served);
    }
}
