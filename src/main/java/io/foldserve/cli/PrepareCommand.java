package io.foldserve.cli;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.load.LoadPipeline;
import io.foldserve.serving.manifest.ModelManifest;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.session.SessionException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Folds and proves models before the service starts, so that it opens their sessions at once. */
@Command(
        name = "prepare",
        description = "Folds and proves models, and writes the folded networks with their certificates into"
                + " MODEL/.foldserve, from where a start takes what still fits.")
final class PrepareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TimingOptions timing = new TimingOptions();

    @Mixin
    private LoadOptions options = new LoadOptions();

    @Parameters(paramLabel = "MODEL", arity = "1..*", description = "A model's folder, or a directory with several.")
    private List<Path> inputs = List.of();

    @Override
    public Integer call() {
        CostSource costSource = timing.costSource(spec.commandLine().getErr());
        int code = Commands.OK;
        for (Path input : inputs) {
            try {
                for (Path folder : LoadOptions.folders(input).values()) {
                    code = Math.max(code, prepare(folder, costSource));
                }
            } catch (InvalidInputException e) {
                Commands.print(spec.commandLine().getErr(), e);
                code = Commands.REFUSED;
            }
        }
        return code;
    }

    private int prepare(Path folder, CostSource costSource) {
        ModelManifest model = options.loader(costSource).read(folder);
        LoadPipeline pipeline = options.pipeline(costSource);
        int code = Commands.OK;
        for (VariantManifest variant : model.variants()) {
            PrintWriter err = spec.commandLine().getErr();
            try {
                Path certificate = pipeline.prepare(model, variant);
                spec.commandLine().getOut().printf("%s/%s: %s%n", model.name(), variant.name(), certificate);
            } catch (InvalidInputException e) {
                Commands.print(err, e);
                code = Commands.REFUSED;
            } catch (SessionException e) {
                err.printf("%s/%s: %s%n", model.name(), variant.name(), e.getMessage());
                code = Commands.REFUSED;
            }
        }
        return code;
    }
}
