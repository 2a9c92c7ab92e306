package io.foldserve.cli;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.life.ModelFolders;
import io.foldserve.serving.load.LoadPipeline;
import io.foldserve.serving.load.ModelLoader;
import io.foldserve.session.SessionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import picocli.CommandLine.Option;

/** The service's settings by which models are loaded, as options of a command that loads them too. */
final class LoadOptions {
    private static final SessionSettings SESSION = new SessionSettings(1, false, true);

    @Option(
            names = "--follow-links",
            paramLabel = "DIR",
            split = ",",
            description = "Folders that links in a model's folder may lead into, as foldserve.models.follow-links.")
    private List<Path> linkRoots = List.of();

    @Option(
            names = "--tolerance",
            paramLabel = "T",
            description = "What the proof allows, as foldserve.proof.tolerance; 2e-5 by default.")
    private double tolerance = 2e-5;

    @Option(
            names = "--probes",
            paramLabel = "N",
            description = "How many images the proof runs, as foldserve.proof.probes; 4 by default.")
    private int probes = 4;

    /** Loads as the service does, with prices from {@code costSource} and sessions of one thread. */
    LoadPipeline pipeline(CostSource costSource) {
        return new LoadPipeline(SESSION, SESSION.intraOpThreads(), costSource, tolerance, probes, System::nanoTime);
    }

    /** The loader over {@link #pipeline}. */
    ModelLoader loader(CostSource costSource) {
        return new ModelLoader(linkRoots, pipeline(costSource));
    }

    /**
     * The model folders that {@code input} means, by name: itself, or those in it.
     *
     * @throws InvalidInputException if there are none
     */
    static SortedMap<String, Path> folders(Path input) {
        try {
            SortedMap<String, Path> found = new ModelFolders(input).list();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (IOException absent) {
            throw new InvalidInputException(input.toString(), "expected a model's folder, found none that can be read");
        }
        throw new InvalidInputException(
                input.toString(), "expected a model.yaml, or folders that have one, found neither");
    }
}
