package io.foldserve.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphCost;
import io.foldserve.onnx.OnnxWriter;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.load.FoldedVariant;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.serving.prepared.FoldMetadata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Folds variants to ONNX files: input {@code image}, FLOAT32 [1, C, H, W] normalised as the manifest says; output
 * {@code logits}. ONNX files keep the inputs and outputs that they have. What can be folded is written; each file whole
 * or not at all.
 */
@Command(
        name = "fold",
        description = "Folds the variants of model folders, and ONNX files, to ONNX files."
                + " Exit 0, or 2 if anything was refused.")
final class FoldCommand implements Callable<Integer> {
    private static final ObjectMapper JSON =
            new ObjectMapper().registerModule(new Jdk8Module()).enable(SerializationFeature.INDENT_OUTPUT);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TimingOptions timing = new TimingOptions();

    @Parameters(arity = "1..*", paramLabel = "IN", description = "Model folders and ONNX files.")
    private List<Path> inputs = new ArrayList<>();

    @Option(names = "--variant", paramLabel = "V", description = "Only this variant of each model.")
    private Optional<String> variant = Optional.empty();

    @Option(names = "--out", paramLabel = "F.onnx", description = "The file for the only variant or ONNX file.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--out-dir",
            paramLabel = "DIR",
            description = "The directory for <model>-<variant>.onnx, and for ONNX files by their own name.")
    private Optional<Path> directory = Optional.empty();

    @Option(
            names = "--report",
            paramLabel = "R.json",
            description = "Writes the reports of what was folded, by <model>-<variant> or file name.")
    private Optional<Path> report = Optional.empty();

    private final Map<String, FoldReport> reports = new LinkedHashMap<>();
    private boolean refused;
    private CostSource costSource = CostSource.GENERIC;

    @Override
    public Integer call() {
        if (file.isPresent() == directory.isPresent()) {
            throw new ParameterException(spec.commandLine(), "expected either --out or --out-dir");
        }
        attempt(() -> {
            file.ifPresent(WholeFile::expectDirectory);
            report.ifPresent(WholeFile::expectDirectory);
        });
        if (refused) {
            return Commands.REFUSED;
        }
        costSource = timing.costSource(spec.commandLine().getErr());
        inputs.forEach(input -> attempt(() -> fold(input)));
        report.filter(path -> !reports.isEmpty())
                .ifPresent(path -> attempt(() -> WholeFile.write(path, out -> out.write(json()))));
        return refused ? Commands.REFUSED : Commands.OK;
    }

    /** One refusal must not keep the other files from being written. */
    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (InvalidInputException e) {
            Commands.print(spec.commandLine().getErr(), e);
            refused = true;
        }
    }

    private void fold(Path input) {
        if (OnnxFile.isOne(input)) {
            foldFile(input);
            return;
        }
        OfflineModel model = OfflineModel.read(input, variant);
        if (file.isPresent() && (inputs.size() > 1 || model.variants().size() > 1)) {
            throw new InvalidInputException(
                    input.toString(), "--out takes one variant; choose it with --variant, or use --out-dir");
        }
        model.variants().forEach(declared -> attempt(() -> fold(model, declared)));
    }

    private void fold(OfflineModel model, VariantManifest declared) {
        if (reports.containsKey(model.title(declared))) {
            throw new InvalidInputException(
                    model.title(declared), "is named twice; fold one of the models to another --out-dir");
        }
        FoldedVariant folded = model.fold(declared, costSource);
        write(
                folded,
                FoldMetadata.of(model.manifest(), declared, folded.folded().report()),
                model.title(declared),
                model.title(declared) + ".onnx");
    }

    private void foldFile(Path input) {
        if (file.isPresent() && inputs.size() > 1) {
            throw new InvalidInputException(input.toString(), "--out takes one file; use --out-dir for several");
        }
        String name = OnnxFile.name(input);
        Path target = file.orElseGet(() -> directory.orElseThrow().resolve(name));
        if (target.toAbsolutePath().normalize().equals(input.toAbsolutePath().normalize())) {
            throw new InvalidInputException(input.toString(), "the folded file would replace it; choose another place");
        }
        if (reports.containsKey(name)) {
            throw new InvalidInputException(input.toString(), "another input is called " + name + " too");
        }
        FoldedVariant folded = OnnxFile.fold(input, costSource);
        write(folded, FoldMetadata.of(input, folded.folded().report()), name, name);
    }

    private void write(FoldedVariant folded, Map<String, String> metadata, String title, String name) {
        Path target = file.orElseGet(() -> directory.orElseThrow().resolve(name));
        WholeFile.write(target, out -> OnnxWriter.write(folded.folded().graph(), metadata, out));
        FoldReport account = folded.folded().report();
        reports.put(title, account);
        spec.commandLine()
                .getOut()
                .printf(
                        "%s: %d parameters and %d MACs folded to %d and %d%s; %d places declined%n",
                        target,
                        account.training().parameters(),
                        account.training().macs(),
                        account.folded().parameters(),
                        account.folded().macs(),
                        uncounted(folded.folded().graph()),
                        account.declined().size());
    }

    /** What the count leaves out, which is everything where the sizes are open. */
    private static String uncounted(Graph graph) {
        int nodes = GraphCost.of(graph).uncounted().size();
        return nodes == 0
                ? ""
                : ", without the MACs of %d of its %d nodes, whose operator or sizes are not known"
                        .formatted(nodes, graph.nodes().size());
    }

    private byte[] json() {
        try {
            return JSON.writeValueAsBytes(reports);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a fold report cannot be written as JSON", e);
        }
    }
}
