package io.foldserve.cli;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.life.ModelFolders;
import io.foldserve.serving.load.LoadPipeline;
import io.foldserve.serving.load.ModelLoader;
import io.foldserve.session.SessionSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads models as the service would, and says what it would refuse. */
@Command(
        name = "validate",
        description = "Reads, folds, proves and warms models as the service would; says everything it would refuse.")
final class ValidateCommand implements Callable<Integer> {
    private static final SessionSettings SESSION = new SessionSettings(1, false, true);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TimingOptions timing = new TimingOptions();

    @Parameters(paramLabel = "MODEL", arity = "1..*", description = "A model's folder, or a directory with several.")
    private List<Path> inputs = List.of();

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

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        LoadPipeline pipeline = new LoadPipeline(
                SESSION, SESSION.intraOpThreads(), timing.costSource(err), tolerance, probes, System::nanoTime);
        ModelLoader loader = new ModelLoader(linkRoots, pipeline);
        int code = Commands.OK;
        for (Path input : inputs) {
            try {
                for (Path folder : folders(input).values()) {
                    code = Math.max(code, validate(loader, folder));
                }
            } catch (InvalidInputException e) {
                Commands.print(err, e);
                code = Commands.REFUSED;
            }
        }
        return code;
    }

    private static SortedMap<String, Path> folders(Path input) {
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

    private int validate(ModelLoader loader, Path folder) {
        try (ServedModel model = loader.load(loader.read(folder))) {
            model.variants().forEach(variant -> spec.commandLine()
                    .getOut()
                    .printf(
                            "%s: would be served, fold error %.2g%n",
                            variant, variant.facts().proof().foldError()));
            return Commands.OK;
        } catch (InvalidInputException e) {
            Commands.print(spec.commandLine().getErr(), e);
            return Commands.REFUSED;
        }
    }
}
