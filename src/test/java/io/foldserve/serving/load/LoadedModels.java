package io.foldserve.serving.load;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.life.LifeObserver;
import io.foldserve.serving.life.ModelFolders;
import io.foldserve.serving.life.ModelLife;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.session.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Loads model folders for tests, through the pipeline that the service runs. */
public final class LoadedModels {
    /** The bundled models. */
    public static final Path BUNDLED = Path.of("models");

    public static final SessionSettings SETTINGS = new SessionSettings(1, false, true);

    /** The default tolerance, and probes enough for a test. */
    public static final LoadPipeline PIPELINE =
            new LoadPipeline(SETTINGS, 1, CostSource.GENERIC, 2e-5, 2, System::nanoTime);

    /** Loads two variants at a time, of models that are this small. */
    public static final ModelLoader LOADER = new ModelLoader(List.of(), PIPELINE, new LoadGate(2, 500_000_000));

    public static final LifeObserver NOBODY = new LifeObserver() {
        @Override
        public void listed(String model) {}

        @Override
        public void declared(ModelManifest model) {}

        @Override
        public void loaded(ServedModel model) {}

        @Override
        public void served(String model) {}

        @Override
        public void unloaded(String model) {}

        @Override
        public void forgotten(String model) {}
    };

    private LoadedModels() {}

    /** A catalogue of the models in {@code directory}, loaded. */
    public static Catalogue load(Path directory) {
        Catalogue catalogue = new Catalogue();
        life(directory, catalogue, NOBODY).loadAll();
        return catalogue;
    }

    /** The life of the models in {@code directory}, none of which is loaded yet. */
    public static ModelLife life(Path directory, Catalogue catalogue, LifeObserver observer) {
        return new ModelLife(new ModelFolders(directory), LOADER, catalogue, observer);
    }

    /** Copies the bundled model {@code name} into a folder {@code copy} of {@code directory}. */
    public static Path copy(String name, Path directory, String copy) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(copy));
        try (Stream<Path> files = Files.list(BUNDLED.resolve(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return folder;
    }

    /** Replaces {@code old}, which must occur, in the manifest of {@code folder}. */
    public static void edit(Path folder, String old, String replacement) throws IOException {
        Path manifest = folder.resolve("model.yaml");
        String text = Files.readString(manifest);
        if (!text.contains(old)) {
            throw new IllegalArgumentException("the manifest does not contain " + old);
        }
        Files.writeString(manifest, text.replace(old, replacement));
    }
}
