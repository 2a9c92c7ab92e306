package io.foldserve.cli;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.load.ModelLoader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads models as the service would, and says what it would refuse. */
@Command(
        name = "validate",
        description = "Reads, folds, proves and warms models as the service would; says everything it would refuse.")
final class ValidateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TimingOptions timing = new TimingOptions();

    @Parameters(paramLabel = "MODEL", arity = "1..*", description = "A model's folder, or a directory with several.")
    private List<Path> inputs = List.of();

    @Mixin
    private LoadOptions options = new LoadOptions();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        ModelLoader loader = options.loader(timing.costSource(err));
        int code = Commands.OK;
        for (Path input : inputs) {
            try {
                for (Path folder : LoadOptions.folders(input).values()) {
                    code = Math.max(code, validate(loader, folder));
                }
            } catch (InvalidInputException e) {
                Commands.print(err, e);
                code = Commands.REFUSED;
            }
        }
        return code;
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
