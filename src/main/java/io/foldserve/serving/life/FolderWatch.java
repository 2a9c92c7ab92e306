package io.foldserve.serving.life;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.ModelState;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.UnknownNameException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Looks at the models' folders again and again, and has those loaded whose files changed and then stayed the same for
 * one interval: what is half written is left alone. A new folder is loaded, a model whose folder is gone unloaded; one
 * that was unloaded on request stays so. Thread-safe.
 */
public final class FolderWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FolderWatch.class);

    private final ModelFolders folders;
    private final ModelLife life;
    private final Repository repository;
    private final Catalogue catalogue;
    private Optional<Thread> watching = Optional.empty();

    /** What the last look saw, empty for a folder that was gone; used by the watching thread alone. */
    private Map<String, Optional<Fingerprint>> last = Map.of();

    /** Watches {@code folders}, from which {@code life} loads into {@code catalogue}. */
    public FolderWatch(ModelFolders folders, ModelLife life, Repository repository, Catalogue catalogue) {
        this.folders = folders;
        this.life = life;
        this.repository = repository;
        this.catalogue = catalogue;
    }

    /** Looks once each {@code interval}, from now on until {@link #close()}. */
    public synchronized void start(Duration interval) {
        Thread started = new Thread(() -> watch(interval), "foldserve-watching");
        started.setDaemon(true);
        started.start();
        watching = Optional.of(started);
    }

    private void watch(Duration interval) {
        try {
            while (true) {
                Thread.sleep(interval.toMillis());
                lookSafely();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever one look stumbles over, the next may not. */
    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.errorf(e, "cannot look for changes in %s", folders.directory().toAbsolutePath());
        }
    }

    /** Looks once. */
    void look() {
        try {
            SortedMap<String, Path> found = folders.list();
            Map<String, Optional<Fingerprint>> seen = new HashMap<>();
            TreeSet<String> names = new TreeSet<>(found.keySet());
            catalogue.models().forEach(entry -> names.add(entry.name()));
            for (String name : names) {
                Optional<Fingerprint> files =
                        Optional.ofNullable(found.get(name)).map(Fingerprint::of);
                seen.put(name, files);
                if (files.equals(last.get(name)) && isStale(name, files)) {
                    load(name);
                }
            }
            last = seen;
        } catch (IOException e) {
            // A volume that is not mounted for a while is no reason to serve nothing.
            LOG.warnf("cannot look for changes in %s: %s", folders.directory().toAbsolutePath(), e);
        }
    }

    private boolean isStale(String name, Optional<Fingerprint> files) {
        Optional<CatalogueEntry> entry = catalogue.find(name);
        if (entry.isEmpty()) {
            return catalogue.isSettled();
        }
        boolean unloaded = entry.orElseThrow().state() instanceof ModelState.Unloaded;
        if (files.isEmpty()) {
            return true;
        }
        Optional<Fingerprint> tried = life.triedFrom(name);
        return !unloaded && tried.isPresent() && !tried.equals(files);
    }

    private void load(String name) {
        LOG.infof("model %s: its folder has changed", name);
        try {
            // What comes of it is in the catalogue and in the log.
            repository.load(name);
        } catch (UnknownNameException | NotReadyException changedAgain) {
            LOG.debugf("model %s: %s", name, changedAgain.getMessage());
        }
    }

    /** Looks no more. */
    @Override
    public synchronized void close() {
        watching.ifPresent(Thread::interrupt);
    }
}
